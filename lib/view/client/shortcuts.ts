import type { FloatingCalls } from "./floating-calls.js";
import type { Model } from "./model.js";
import type { SearchBar } from "./search-bar.js";
import type { Store } from "./store.js";
import { VIEWS } from "./views.js";

/** What keys act on. */
interface Page {
  model: Model;
  store: Store;
  bar: SearchBar;
  floating: FloatingCalls;
  help: HTMLDialogElement;
}

/** Does what a key pressed anywhere on the page stands for. */
export function shortcut(event: KeyboardEvent, { model, store, bar, floating, help }: Page): void {
  const target = event.target as HTMLElement;
  if (event.key === "Escape" && target === bar.box) {
    bar.box.blur();
    return;
  }
  if (/^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || event.ctrlKey || event.metaKey || event.altKey)
    return;
  const view = target.tagName === "CANVAS" ? undefined : VIEWS[Number(event.key) - 1];
  if (event.key === "/") bar.box.focus();
  else if (event.key === "n") bar.step(1);
  else if (event.key === "N") bar.step(-1);
  else if (event.key === "o" && store.state.selected >= 0) floating.open(store.state.selected);
  else if (event.key === "w") floating.cycle();
  else if (event.key === "?") help.showModal();
  else if (event.key === "t") store.set({ theme: store.state.theme === "dark" ? "light" : "dark" });
  else if (event.key === "f" && model.failing.length > 0) {
    store.set({ selected: model.failing[model.failing.length - 1]!, view: "tree" });
  } else if (view !== undefined) store.set({ view });
  else return;
  event.preventDefault();
}
