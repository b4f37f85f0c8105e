/** What the views share. The URL's hash holds it, so that a link shows the same. */
export interface State {
  view: string;
  selected: number;
  query: string;
  /** "1" when only matches of the query are shown. */
  only: string;
  /** What a view shows of itself: a kind of errors, a function, a sort of diagram. A view takes no notice of what is not its own. */
  part: string;
  /** The value that is followed through the calls. */
  follow: string;
  theme: string;
  language: string;
}

export type Change = keyof State;

export interface Store {
  readonly state: Readonly<State>;
  set(change: Partial<State>): void;
  /** Called after a change, with what changed. */
  subscribe(listener: (changed: ReadonlySet<Change>) => void): void;
}

export function createStore(initial: State): Store {
  const state = { ...initial, ...fromHash(location.hash) };
  const listeners: ((changed: ReadonlySet<Change>) => void)[] = [];
  const store: Store = {
    state,
    set(change) {
      const changed = new Set<Change>();
      for (const key of Object.keys(change) as Change[]) {
        if (state[key] === change[key]) continue;
        (state as Record<Change, unknown>)[key] = change[key];
        changed.add(key);
      }
      if (changed.size === 0) return;
      history.replaceState(null, "", toHash(state));
      for (const listener of listeners) listener(changed);
    },
    subscribe: (listener) => void listeners.push(listener),
  };
  addEventListener("hashchange", () => store.set(fromHash(location.hash)));
  return store;
}

function toHash(state: State): string {
  const parameters = new URLSearchParams();
  parameters.set("view", state.view);
  if (state.selected >= 0) parameters.set("call", String(state.selected));
  if (state.query !== "") parameters.set("q", state.query);
  if (state.part !== "") parameters.set("part", state.part);
  if (state.follow !== "") parameters.set("follow", state.follow);
  if (state.only !== "") parameters.set("only", state.only);
  parameters.set("lang", state.language);
  parameters.set("theme", state.theme);
  return `#${parameters}`;
}

function fromHash(hash: string): Partial<State> {
  const parameters = new URLSearchParams(hash.slice(1));
  const found: Partial<State> = {};
  const call = parameters.get("call");
  if (call !== null && /^\d+$/.test(call)) found.selected = Number(call);
  for (const [key, name] of [
    ["view", "view"],
    ["query", "q"],
    ["language", "lang"],
    ["theme", "theme"],
  ] as const) {
    const value = parameters.get(name);
    if (value !== null) found[key] = value;
  }
  // A link that says nothing of them means the whole view.
  found.part = parameters.get("part") ?? "";
  found.follow = parameters.get("follow") ?? "";
  found.only = parameters.get("only") ?? "";
  return found;
}
