import type { Store } from "./store.js";

/** The tabs, in order. */
export const VIEWS = [
  ...(["overview", "tree", "timeline", "flame", "functions", "errors", "source"] as const),
  ...(["changes", "repeats", "awaiting", "diagram", "follow"] as const),
];
export type View = (typeof VIEWS)[number];

export function currentView(store: Store): View {
  return (VIEWS as readonly string[]).includes(store.state.view) ? (store.state.view as View) : "overview";
}
