import type { SourcePosition } from "../../trace/format.js";
import { previewInputs } from "../../trace/preview.js";
import { el } from "./dom.js";
import type { Model } from "./model.js";
import type { Store } from "./store.js";

/** A call as a line of code that selects it. */
export function callLink(model: Model, store: Store, row: number, most = 90): HTMLElement {
  const inputs = row === 0 || most === 0 ? "" : previewInputs(model.inputs(row), most);
  return el(
    "button",
    {
      type: "button",
      class: "link call",
      "data-row": row,
      "aria-current": row === store.state.selected ? "true" : null,
      onclick: () => store.set({ selected: row }),
    },
    model.name(row),
    row === 0 || most === 0 ? null : el("span", { class: "args" }, `(${inputs})`),
  );
}

/** Shows which of the linked calls is the selected one. */
export function markSelected(element: HTMLElement, row: number): void {
  for (const link of element.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
  for (const link of element.querySelectorAll(`[data-row="${row}"]`))
    link.setAttribute("aria-current", "true");
}

export function placeLabel(position: Pick<SourcePosition, "file" | "line"> | undefined): HTMLElement | null {
  return position === undefined ? null : placeText(`${position.file}:${String(position.line)}`);
}

/** A path, which is broken behind its slashes where it is too long for a line, and not within a name. */
export function placeText(path: string): HTMLElement {
  const parts = path.split(/(?<=[\\/])/);
  return el("span", { class: "place" }, ...parts.flatMap((part) => [part, el("wbr")]));
}

/** Where the function of a call is defined. */
export function definedAt(model: Model, row: number): HTMLElement | null {
  const { file, line } = model.fn(row);
  return file === undefined || line === undefined ? null : placeLabel({ file, line });
}
