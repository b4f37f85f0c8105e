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
  /** Calls that have a floating panel: their rows, with commas between. */
  panels: string;
  /** What the tree's lines say of a call: names of switches that are on, with commas between. */
  marks: string;
  /** How the tree puts a call's callees together. */
  group: string;
  theme: string;
  language: string;
}

/** What a link that says nothing of them means. */
export const PLAIN = {
  query: "",
  only: "",
  part: "",
  follow: "",
  panels: "",
  marks: "badges,duration,error,internals,inputs",
  group: "",
} as const;

export type Change = keyof State;

export interface Store {
  readonly state: Readonly<State>;
  set(change: Partial<State>): void;
  /** Called after a change, with what changed. */
  subscribe(listener: (changed: ReadonlySet<Change>) => void): void;
}

export function createStore(initial: Omit<State, keyof typeof PLAIN>): Store {
  const state: State = { ...initial, ...PLAIN, ...fromHash(location.hash) };
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
  addEventListener("hashchange", () => store.set({ ...PLAIN, ...fromHash(location.hash) }));
  return store;
}

/** How the address calls each. */
const NAMES = {
  view: "view",
  query: "q",
  part: "part",
  follow: "follow",
  only: "only",
  panels: "panels",
  marks: "marks",
  group: "group",
  language: "lang",
  theme: "theme",
} as const satisfies Record<Exclude<Change, "selected">, string>;
const KEYS = Object.keys(NAMES) as (keyof typeof NAMES)[];

function toHash(state: State): string {
  const parameters = new URLSearchParams();
  if (state.selected >= 0) parameters.set("call", String(state.selected));
  for (const key of KEYS)
    if (state[key] !== (PLAIN as Partial<State>)[key]) parameters.set(NAMES[key], state[key]);
  return `#${parameters}`;
}

function fromHash(hash: string): Partial<State> {
  const parameters = new URLSearchParams(hash.slice(1));
  const found: Partial<State> = {};
  const call = parameters.get("call");
  if (call !== null && /^\d+$/.test(call)) found.selected = Number(call);
  for (const key of KEYS) {
    const value = parameters.get(NAMES[key]);
    if (value !== null) found[key] = value;
  }
  return found;
}
