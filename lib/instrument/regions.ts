import { LOCAL } from "../probe.js";

/** What a region is, before its code has been seen. */
export interface RegionTraits {
  /** Probes may stand here. */
  on?: boolean;
  /** The body stands in a `try` of ours. */
  tries?: boolean;
  /** That `try` has a `catch`. */
  catches?: boolean;
  isAsync?: boolean;
  isGenerator?: boolean;
  /** `this` and `arguments` are those of the outer region. */
  sharesThis?: boolean;
  /** Parsed on its own: V8 knows of no functions in front of it that still want a name. */
  isFresh?: boolean;
  parameters?: readonly string[];
  /** What methods put on `this` belong to. */
  owner?: string | undefined;
  /** Local index, for the body of a traced function. */
  index?: number | undefined;
}

const NO_NAMES: readonly string[] = [];

/** A stretch of code that belongs to one call (or to none): a function's body, its parameters, a class field, the program. */
export class Region {
  readonly on: boolean;
  readonly tries: boolean;
  readonly catches: boolean;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly sharesThis: boolean;
  readonly isFresh: boolean;
  readonly parameters: readonly string[];
  readonly owner: string | undefined;
  /** Local index of the innermost traced function around this code, itself included; -1 for none. */
  readonly index: number;
  /** How many traced functions enclose this code. */
  readonly depth: number;
  /** Name of the handle of the call that this code belongs to, or that made it; `0` outside of all functions. */
  readonly call: string;
  /** Name of the variable that holds that call's result. */
  readonly result: string;

  // Learnt while the code is walked.
  usesThis = false;
  usesArguments = false;
  hasEval = false;
  /**
   * Whether the code does anything that could change what the function was given: assigns to a property, calls, awaits,
   * iterates. Arithmetic on the program's own objects may call their `valueOf`; that it changes something is not
   * looked for.
   */
  mayChangeInputs = false;
  returns = 0;
  /** Parameters that are assigned to, here or in a function inside; and `arguments`. */
  assigned: string[] | undefined;

  constructor(
    readonly outer: Region | null,
    traits: RegionTraits,
  ) {
    this.on = traits.on === true;
    this.tries = traits.tries === true;
    this.catches = traits.catches === true;
    this.isAsync = traits.isAsync === true;
    this.isGenerator = traits.isGenerator === true;
    this.sharesThis = traits.sharesThis === true;
    this.isFresh = traits.isFresh === true;
    this.parameters = traits.parameters ?? NO_NAMES;
    this.owner = traits.owner;
    const depth = outer === null ? 0 : outer.depth;
    const isTraced = traits.index !== undefined;
    this.index = traits.index ?? (outer === null ? -1 : outer.index);
    this.depth = isTraced ? depth + 1 : depth;
    this.call = isTraced ? `${LOCAL}c${depth}` : outer === null ? "0" : outer.call;
    this.result = isTraced ? `${LOCAL}r${depth}` : outer === null ? "" : outer.result;
  }

  /** Whether calls of ours stand around what it waits for. */
  get mayWait(): boolean {
    return this.on && (this.isAsync || this.isGenerator);
  }

  /** Where `this` and `arguments` of this code come from. */
  get thisRegion(): Region {
    let own: Region = this;
    while (own.sharesThis && own.outer !== null) own = own.outer;
    return own;
  }

  /** Takes note that this code assigns to a variable: it may be a parameter of a function around it. */
  noteAssigned(name: string): void {
    if (name === "arguments") this.thisRegion.addAssigned(name);
    for (let at: Region | null = this; at !== null; at = at.outer) {
      if (!at.parameters.includes(name)) continue;
      at.addAssigned(name);
      return;
    }
  }

  /** Code in a string may assign to any variable around it. */
  noteEval(): void {
    for (let at: Region | null = this; at !== null; at = at.outer) at.hasEval = true;
  }

  /** Whether a parameter may not hold any more what was given. */
  isAssigned(name: string): boolean {
    return this.hasEval || this.assigned?.includes(name) === true;
  }

  private addAssigned(name: string): void {
    if (this.assigned === undefined) this.assigned = [name];
    else if (!this.assigned.includes(name)) this.assigned.push(name);
  }
}
