import { LOCAL } from "../probe.js";

/** A stretch of code that belongs to one call (or to none): a function's body, its parameters, a class field, the program. */
export interface Region {
  readonly outer: Region | null;
  /** Whether probes may stand here. */
  readonly on: boolean;
  /** Whether the body stands in a `try` of ours, and whether that has a `catch`. */
  readonly tries: boolean;
  readonly catches: boolean;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** `this` and `arguments` are those of the outer region. */
  readonly sharesThis: boolean;
  /** How many traced functions enclose this code, itself included. */
  readonly depth: number;
  /** Local index of the innermost of these; -1 for none. */
  readonly index: number;
  /** Parsed on its own: V8 knows of no functions in front of it that still want a name. */
  readonly isFresh: boolean;
  readonly parameters: readonly string[];
  /** What methods put on `this` belong to. */
  readonly owner: string | undefined;

  // Learnt while the code is walked.
  usesThis: boolean;
  usesArguments: boolean;
  hasEval: boolean;
  /**
   * Whether the code does anything that could change what the function was given: assigns to a property, calls, awaits,
   * iterates. Arithmetic on the program's own objects may call their `valueOf`; that it changes something is not
   * looked for.
   */
  mayChangeInputs: boolean;
  returns: number;
  /** Parameters that are assigned to, here or in a function inside; and `arguments`. */
  readonly assigned: Set<string>;
}

type Traits = Partial<
  Pick<
    Region,
    "on" | "tries" | "catches" | "isAsync" | "isGenerator" | "sharesThis" | "isFresh" | "parameters" | "owner"
  >
> & { index?: number };

const NO_NAMES: readonly string[] = [];

/** A region inside `outer`; with an `index`, the body of a traced function. */
export function regionIn(outer: Region | null, traits: Traits): Region {
  const { index } = traits;
  return {
    outer,
    on: traits.on ?? false,
    tries: traits.tries ?? false,
    catches: traits.catches ?? false,
    isAsync: traits.isAsync ?? false,
    isGenerator: traits.isGenerator ?? false,
    sharesThis: traits.sharesThis ?? false,
    depth: (outer?.depth ?? 0) + (index === undefined ? 0 : 1),
    index: index ?? outer?.index ?? -1,
    isFresh: traits.isFresh ?? false,
    parameters: traits.parameters ?? NO_NAMES,
    owner: traits.owner,
    usesThis: false,
    usesArguments: false,
    hasEval: false,
    mayChangeInputs: false,
    returns: 0,
    assigned: new Set(),
  };
}

/** Name of the handle of the call that code in `region` belongs to, or that made it; `0` outside of all functions. */
export function callOf(region: Region): string {
  return region.depth === 0 ? "0" : `${LOCAL}c${region.depth - 1}`;
}

/** Name of the variable that holds the call's result. */
export function resultOf(region: Region): string {
  return `${LOCAL}r${region.depth - 1}`;
}

/** Where `this` and `arguments` of code in `region` come from. */
export function thisRegion(region: Region): Region {
  let own = region;
  while (own.sharesThis && own.outer !== null) own = own.outer;
  return own;
}

/** Takes note that code in `region` assigns to a variable: it may be a parameter of a function around it. */
export function noteAssigned(region: Region, name: string): void {
  if (name === "arguments") thisRegion(region).assigned.add(name);
  for (let at: Region | null = region; at !== null; at = at.outer) {
    if (!at.parameters.includes(name)) continue;
    at.assigned.add(name);
    return;
  }
}
