import { BUILTIN_MODULES, styleOfCall } from "../builtins.js";
import { Module } from "../node-module.js";
import type { Calls, Probe } from "../probe.js";
import { type AnyFunction, type Builtin, BuiltinFunctions, type BuiltinPlace } from "./builtin-functions.js";
import type { HttpCalls } from "./http.js";

const { apply } = Reflect;
const { then } = Promise.prototype;

/**
 * Puts recording functions in the place of Node's own, so that calls from packages are seen too. A program that looks closely
 * notices: the functions are others, and promises that they return take a tick more.
 */
export function patchBuiltins(calls: Calls, probe: Pick<Probe, "l">, requests: HttpCalls): void {
  const builtins = new BuiltinFunctions(calls, probe);
  for (const module of BUILTIN_MODULES) {
    for (const place of builtins.register(module)) {
      if (place.builtin.style === "request") patch(place, (original) => requesting(original, requests));
      else if (module === "timers") patchTimer(place);
      else if (!LOADERS_OWN.has(place.name)) patch(place, recording);
    }
  }
  syncBuiltinESMExports();

  function patch(
    place: BuiltinPlace,
    around: (original: AnyFunction, place: BuiltinPlace) => AnyFunction,
  ): void {
    const original = place.holder[place.name] as AnyFunction;
    const ours = around(original, place);
    // `name`, `length`, and what util.promisify looks for.
    for (const key of Reflect.ownKeys(original)) {
      const own = Object.getOwnPropertyDescriptor(original, key)!;
      if (key !== "prototype") Object.defineProperty(ours, key, own);
    }
    place.holder[place.name] = ours;
  }

  function patchTimer(place: BuiltinPlace): void {
    patch(place, (original, { builtin }) => {
      const { timer } = {
        timer(this: unknown, ...args: unknown[]): unknown {
          const inputs = builtin.params[0] === "callback" ? [args[0]] : [args[1], args[0]];
          calls.leave(calls.enter(builtins.numberOf(builtin), inputs), undefined);
          return apply(original, this, args);
        },
      };
      return timer;
    });
    const { name, holder } = place;
    Object.defineProperty(globalThis, name, {
      ...Object.getOwnPropertyDescriptor(globalThis, name),
      value: holder[name],
    });
  }

  function recording(original: AnyFunction, { builtin }: BuiltinPlace): AnyFunction {
    const { recorded } = {
      recorded(this: unknown, ...args: unknown[]): unknown {
        if (isLoading(args[0])) return apply(original, this, args);
        const last = args[args.length - 1];
        const inputs: unknown[] = [];
        for (let i = 0; i < args.length; i++)
          if (typeof args[i] !== "function") inputs[i] = builtins.input(builtin, i, args[i]);
        if (styleOfCall(builtin.style, args.length) !== "callback") return called(this, args, inputs);
        if (typeof last !== "function") return apply(original, this, args);
        const call = calls.open(builtins.numberOf(builtin), inputs);
        calls.suspend(call);
        args[args.length - 1] = builtins.callback(call, builtin, last as AnyFunction);
        return apply(original, this, args);
      },
    };
    function called(self: unknown, args: unknown[], inputs: unknown[]): unknown {
      const call = calls.open(builtins.numberOf(builtin), inputs);
      try {
        const result = apply(original, self, args);
        if (builtin.style === "promise") return settled(call, builtin, result);
        calls.close(call, builtin.output(result));
        return result;
      } catch (error) {
        calls.fail(call, error);
        throw error;
      }
    }
    return recorded;
  }

  function settled(call: number, builtin: Builtin, promise: unknown): unknown {
    calls.suspend(call);
    return apply(then, promise, [
      (value: unknown) => {
        calls.close(call, builtin.output(value));
        return value;
      },
      (error: unknown) => {
        calls.fail(call, error);
        throw error;
      },
    ]);
  }
}

/** Node asks these about every module that it loads. */
const LOADERS_OWN: ReadonlySet<string> = new Set(["realpath", "realpathSync"]);

const { syncBuiltinESMExports } = Module;
const { _cache: cache } = Module as unknown as { _cache: Record<string, { loaded: boolean } | undefined> };

/** Whether this is a file that Node is just loading as a module. */
function isLoading(path: unknown): boolean {
  return typeof path === "string" && cache[path]?.loaded === false;
}

/** Channels tell of a request when it is sent: where it is made is known only here. */
function requesting(original: AnyFunction, requests: HttpCalls): AnyFunction {
  const { request } = {
    request(this: unknown, ...args: unknown[]): unknown {
      const made = apply(original, this, args);
      requests.made(made as object);
      return made;
    },
  };
  return request;
}
