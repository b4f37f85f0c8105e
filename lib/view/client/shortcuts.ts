import type { Model } from "./model.js";
import type { Store } from "./store.js";
import { VIEWS } from "./views.js";

/** Does what a key pressed anywhere on the page stands for. */
export function shortcut(
  event: KeyboardEvent,
  model: Model,
  store: Store,
  box: HTMLInputElement,
  step: (by: 1 | -1) => void,
  help: HTMLDialogElement,
): void {
  const target = event.target as HTMLElement;
  if (event.key === "Escape" && target === box) {
    box.blur();
    return;
  }
  if (/^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName) || event.ctrlKey || event.metaKey || event.altKey)
    return;
  const view = target.tagName === "CANVAS" ? undefined : VIEWS[Number(event.key) - 1];
  if (event.key === "/") box.focus();
  else if (event.key === "n") step(1);
  else if (event.key === "N") step(-1);
  else if (event.key === "?") help.showModal();
  else if (event.key === "t") store.set({ theme: store.state.theme === "dark" ? "light" : "dark" });
  else if (event.key === "f" && model.failing.length > 0) {
    store.set({ selected: model.failing[model.failing.length - 1]!, view: "tree" });
  } else if (view !== undefined) store.set({ view });
  else return;
  event.preventDefault();
}
