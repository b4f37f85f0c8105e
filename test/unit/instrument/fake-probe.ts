import { inspect } from "node:util";
import type { RewrittenFile } from "../../../lib/instrument/rewrite.js";
import type { FunctionEntry, Probe } from "../../../lib/probe.js";
import { mended } from "../../../lib/record/messages.js";

export interface FakeCall {
  handle: number;
  entry: FunctionEntry;
  self: unknown;
  inputs: string[];
  after: string[] | undefined;
  /** Line and column of the call. */
  site: string;
  state: "running" | "suspended" | "ended";
  end: string;
  children: FakeCall[];
}

export interface FakeProbe {
  probe: Probe;
  /** One line a call, nested by blanks: `name(inputs) → result`. */
  outline(): string;
  calls: FakeCall[];
  /** What does not add up: calls that ended twice or never, ends out of order. */
  problems(): string[];
  /** `thrown` and `caught`, in order. */
  errors: string[];
}

/** Writes down what rewritten code tells, and watches that it adds up. */
export function createFakeProbe({ functions, sites }: RewrittenFile): FakeProbe {
  const calls: FakeCall[] = [];
  const roots: FakeCall[] = [];
  let stack: FakeCall[] = [];
  let site = 0;
  let stash: unknown;
  const problems: string[] = [];
  const errors: string[] = [];
  const text = (value: unknown): string =>
    inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  const positionOf = (number: number): string => {
    const entry = sites[number - 1];
    return entry === undefined ? "" : `${entry.callee}@${entry.line}:${entry.column}`;
  };

  function enter(fn: number, self: unknown, args: unknown[]): number {
    const entry = functions[fn - 1]!;
    const call: FakeCall = {
      handle: calls.length + 1,
      entry,
      self,
      inputs: args.map(text),
      after: undefined,
      site: positionOf(site),
      state: "running",
      end: "…",
      children: [],
    };
    site = 0;
    const parent = probe.l < 0 ? calls[-probe.l - 1] : (stack[stack.length - 1] ?? calls[probe.l - 1]);
    probe.l = 0;
    (parent?.children ?? roots).push(call);
    calls.push(call);
    stack.push(call);
    return call.handle;
  }

  function leave(handle: number, result: unknown, after: unknown[] | undefined): void {
    const call = calls[handle - 1]!;
    if (call.state === "ended") problems.push(`${call.entry.name} ended twice`);
    const at = stack.indexOf(call);
    if (at < 0 && call.state === "running") problems.push(`${call.entry.name} was lost`);
    for (const left of stack.slice(at + 1)) {
      if (at >= 0 && left.state === "running") problems.push(`${left.entry.name} was left open`);
    }
    if (at >= 0) stack = stack.slice(0, at);
    if (result === probe) call.end = call.end === "…" ? "threw" : call.end;
    else call.end = `→ ${text(result)}`;
    call.after = after?.map(text);
    call.state = "ended";
  }

  function suspend(handle: number): void {
    const call = calls[handle - 1]!;
    const at = stack.indexOf(call);
    if (at < 0) return;
    if (at !== stack.length - 1) problems.push(`${call.entry.name} waits, but is not running`);
    stack = stack.slice(0, at);
    call.state = "suspended";
  }

  function resume(handle: number): void {
    const call = calls[handle - 1]!;
    if (stack.includes(call)) return;
    call.state = "running";
    stack.push(call);
  }

  const methods: Pick<Probe, keyof Probe> = {
    l: 0,
    g: 0,
    at(number, value) {
      site = number;
      return value;
    },
    within(call) {
      probe.l = call;
    },
    kept: {
      [Symbol.hasInstance](value: unknown) {
        stash = value;
        return true;
      },
    },
    take() {
      const value = stash;
      stash = undefined;
      return value;
    },
    enter0: (fn, self) => enter(fn, self, []),
    enter1: (fn, self, ...args) => enter(fn, self, args),
    enter2: (fn, self, ...args) => enter(fn, self, args),
    enter3: (fn, self, ...args) => enter(fn, self, args),
    enter4: (fn, self, ...args) => enter(fn, self, args),
    enterN: (fn, self, args) => enter(fn, self, Array.from(args)),
    leave0: (call, result) => leave(call, result, undefined),
    leave1: (call, result, ...args) => leave(call, result, args),
    leave2: (call, result, ...args) => leave(call, result, args),
    leave3: (call, result, ...args) => leave(call, result, args),
    leave4: (call, result, ...args) => leave(call, result, args),
    leaveN: (call, result, args) => leave(call, result, ownValues(args)),
    done(call, result) {
      leave(call, result, undefined);
      return result;
    },
    fail(call, error) {
      mend(error);
      calls[call - 1]!.end = `✗ ${messageOf(error)}`;
      return error;
    },
    thrown: (number, call) => probe.throws(number, probe.take(), call),
    throws(number, error, call) {
      errors.push(`${nameOf(call)} throws ${messageOf(error)} ${positionOf(number)}`);
      return error;
    },
    caught(call, number, error) {
      mend(error);
      errors.push(`${nameOf(call)} catches ${messageOf(error)} ${positionOf(number)}`);
      if (call > 0) resume(call);
      unwindTo(call);
    },
    swallowed(call, number, error) {
      mend(error);
      errors.push(`${nameOf(call)} swallows ${messageOf(error)} ${positionOf(number)}`);
      if (call > 0) resume(call);
      unwindTo(call);
    },
    suspend(value, call) {
      suspend(call);
      return value;
    },
    delegate(value, call) {
      suspend(call);
      return value;
    },
    resumed(call) {
      probe.g = 0;
      resume(call);
    },
    awaiting(call, value) {
      suspend(call);
      probe.g = call;
      return value;
    },
    suspended(call) {
      suspend(call);
      probe.g = call;
    },
    filtered: () => "[Filtered]",
  };
  const probe: Probe = Object.assign(<T>(value: T, call: number): T => {
    resume(Math.abs(call));
    return value;
  }, methods);

  function unwindTo(call: number): void {
    const at = call === 0 ? -1 : stack.findIndex(({ handle }) => handle === call);
    stack = stack.slice(0, at + 1);
  }

  const nameOf = (call: number): string => (call === 0 ? "(top)" : calls[call - 1]!.entry.name);

  function outline(): string {
    const lines: string[] = [];
    const visit = (call: FakeCall, depth: number): void => {
      const { entry } = call;
      const name = entry.owner === entry.name ? entry.name : `${entry.owner}.${entry.name}`;
      lines.push(`${"  ".repeat(depth)}${name}(${call.inputs.join(", ")}) ${call.end}`);
      for (const child of call.children) visit(child, depth + 1);
    };
    for (const call of roots) visit(call, 0);
    return lines.join("\n");
  }

  return {
    probe,
    outline,
    calls,
    errors,
    problems: () => [
      ...problems,
      ...stack.map(({ entry }) => `${entry.name} is still on the stack`),
      ...calls.filter(({ state }) => state === "running").map(({ entry }) => `${entry.name} never ended`),
    ],
  };
}

/** As the recorder does. */
function mend(error: unknown): void {
  if (typeof error === "object" && error !== null && "message" in error) mended(error, error.message);
}

/** `arguments` may hold accessors by the end of a call. */
function ownValues(args: ArrayLike<unknown>): unknown[] {
  const own = Object.getOwnPropertyDescriptors(args) as Record<string, PropertyDescriptor>;
  return Array.from({ length: Number(own.length?.value) }, (_, i) => own[i]?.value);
}

function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error
    ? String(error.message)
    : inspect(error);
}
