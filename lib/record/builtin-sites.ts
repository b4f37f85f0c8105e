import { isPromise, isProxy } from "node:util/types";
import { styleOfCall } from "../builtins.js";
import { arraySlice, getOwnPropertyDescriptor, hasOwn, SafeMap, split } from "../primordials.js";
import type { BuiltinProbe, Calls } from "../probe.js";
import { type AnyFunction, type Builtin, BuiltinFunctions } from "./builtin-functions.js";
import type { HttpCalls } from "./http.js";
import { quoted } from "./messages.js";
import { type PromiseEnd, tellOutcome } from "./promise-outcome.js";
import { watchPromises } from "./promises.js";
import type { Recorder } from "./recorder.js";
import { watchTimers } from "./timers.js";

/**
 * Records calls of Node's own functions at the places in traced code that make them: what is called there is looked at when it
 * is about to be called, and is one of Node's by identity or is left alone. Nothing of Node's is touched.
 *
 * Contents that go in and out are told by their length.
 */
export function recordBuiltins(calls: Calls, recorder: Recorder, requests: HttpCalls): BuiltinProbe {
  const builtins = new BuiltinFunctions(calls, recorder.probe);
  const paths = new SafeMap<string, { names: readonly string[]; promisified: string | undefined }>();

  /** What stands in an object as a value; never asks the program's accessors or proxies. */
  function own(object: unknown, name: string): unknown {
    if ((typeof object !== "object" && typeof object !== "function") || object === null || isProxy(object))
      return undefined;
    const found = getOwnPropertyDescriptor(object, name);
    return found !== undefined && hasOwn(found, "value") ? found.value : undefined;
  }

  /** The function of Node's that a callee stands for, when it is written like this. */
  function find(root: unknown, text: string): Builtin | undefined {
    let path = paths.get(text);
    if (path === undefined) {
      const parts = split(text, ":");
      const module = split(parts[0]!, "#");
      builtins.register(module[0]!);
      path = { promisified: module.length > 1 ? parts[0] : undefined, names: split(parts[1]!, ".") };
      paths.set(text, path);
    }
    const { names, promisified } = path;
    if (promisified !== undefined) return builtins.promisified(root, promisified);
    let holder = root;
    for (let i = 1; i < names.length; i++) {
      // A namespace, or what a compiler has made of the module.
      if (!builtins.isModule(holder) && builtins.isModule(own(holder, "default")))
        holder = own(holder, "default");
      if (names[i] !== "default" || !builtins.isModule(holder))
        holder = builtins.within(holder, names[i]!) ?? own(holder, names[i]!);
    }
    return builtins.get(holder);
  }

  // Arguments on their way, the last ones of them: which call of the program has evaluated them, for which place.
  const kept: unknown[] = [];
  for (let i = 0; i < KEPT; i++) kept[i] = undefined;
  const keptIn = new Int32Array(KEPT);
  const keptFor = new Int32Array(KEPT);
  const keptAs = new Int32Array(KEPT);
  let keptCount = 0;
  /** What was called at a site last, and how it is written there. */
  const sites = new SafeMap<number, { text: string; builtin: Builtin | undefined }>();
  const promises = watchPromises();
  const timers = watchTimers(recorder);
  /** What is about to return is a timer, which is to call this. */
  let callback: unknown;
  /** What is about to return is a request. */
  let isRequesting = false;
  /** A call that is about to return a promise. */
  let promising = 0;
  // Calls that have begun and not ended.
  let places = new Int32Array(64);
  let handles = new Int32Array(64);
  let depths = new Int32Array(64);
  let count = 0;

  function push(site: number, handle: number, depth: number): void {
    if (count === places.length) {
      places = twiceAsLong(places);
      handles = twiceAsLong(handles);
      depths = twiceAsLong(depths);
    }
    places[count] = site;
    handles[count] = handle;
    depths[count++] = depth;
  }

  /** The arguments that were kept for this place, in a list of so many; others may be waiting for a place around it. */
  function given(site: number, argc: number): unknown[] {
    const { current } = recorder;
    // A copy has all its elements: assigning to one asks nothing of `Array.prototype`.
    const list = arraySlice(NONE, 0, argc);
    for (let left = KEPT; left > 0 && keptCount > 0; left--) {
      const at = (keptCount - 1) & (KEPT - 1);
      if (keptFor[at] !== site || keptIn[at] !== current) break;
      if (keptAs[at]! < argc) list[keptAs[at]!] = kept[at];
      kept[at] = undefined;
      keptFor[at] = 0;
      keptCount--;
    }
    return list;
  }

  function inputsOf(builtin: Builtin, site: number, argc: number, last: unknown): unknown[] {
    const told = argc > NONE.length ? NONE.length : argc;
    const inputs = given(site, told);
    if (told === argc) inputs[argc - 1] = last;
    for (let i = 0; i < told; i++) inputs[i] = builtins.input(builtin, i, inputs[i]);
    return typeof last === "function" && told === argc ? arraySlice(inputs, 0, argc - 1) : inputs;
  }

  /** Loops set timers: this is as short as can be. A function without a name is not passed on to be told. */
  function setsTimer(builtin: Builtin, site: number, argc: number, last: unknown): unknown {
    const { probe } = recorder;
    const fn = builtins.numberOf(builtin);
    const args = given(site, 3);
    if (argc <= 3) args[argc - 1] = last;
    let call: number;
    if (builtin.params[0] === "callback") call = probe.enter1(fn, undefined, args[0]);
    else if (args[0] === undefined) call = probe.enter1(fn, undefined, args[1]);
    else call = probe.enter2(fn, undefined, args[1], args[0]);
    probe.leave0(call, undefined);
    return args[0];
  }

  function end(call: number, builtin: Builtin): PromiseEnd {
    return (outcome, threw) => {
      if (threw) calls.fail(call, outcome);
      else calls.close(call, isPromise(outcome) ? outcome : builtin.output(outcome));
    };
  }

  return {
    given(site, i, value) {
      const at = keptCount++ & (KEPT - 1);
      kept[at] = value;
      keptIn[at] = recorder.current;
      keptFor[at] = site;
      keptAs[at] = i;
      return value;
    },
    builtin(site, root, text, argc, last, waits) {
      recorder.probe.at(site, undefined);
      const { depth } = recorder;
      while (count > 0 && depths[count - 1]! >= depth) count--;
      const builtin = find(root, text);
      const isTimer = builtin?.style === "timer" && builtin.module === "node:timers";
      callback = isTimer ? setsTimer(builtin, site, argc, last) : undefined;
      if (isTimer && !waits) return last;
      const here = sites.get(site);
      if (here === undefined) sites.set(site, { text: split(text, ":")[1]!, builtin });
      else here.builtin = builtin;
      if (isTimer) {
        push(site, 0, depth);
        return last;
      }
      isRequesting = builtin?.style === "request";
      if (builtin === undefined || isRequesting) {
        given(site, 0);
        push(site, 0, depth);
        return last;
      }
      const style = styleOfCall(builtin.style, argc);
      const inputs = inputsOf(builtin, site, argc, last);
      const fn = builtins.numberOf(builtin);
      if (style === "timer") {
        calls.leave(calls.enter(fn, inputs), undefined);
        return last;
      }
      if (style === "callback") {
        if (typeof last !== "function") return last;
        const call = calls.open(fn, inputs);
        calls.suspend(call);
        return call === 0 ? last : (builtins.callback(call, builtin, last as AnyFunction) as typeof last);
      }
      if (style === "promise" && waits) {
        const call = calls.open(fn, inputs);
        calls.suspend(call);
        recorder.promised(call, builtin.output);
        return last;
      }
      const call = calls.enter(fn, inputs);
      push(site, call, depth);
      if (style === "promise" && call !== 0) {
        if (promising !== 0) promises.none(); // that one threw
        promising = call;
        promises.expect();
      }
      return last;
    },
    ends(site, result) {
      if (count === 0 || places[count - 1] !== site) return result;
      const call = handles[--count]!;
      const { text, builtin } = sites.get(site)!;
      quoted.text = text;
      if (call === 0) {
        if (isRequesting) requests.made(result as object);
        if (callback !== undefined) timers.set(result, callback);
        isRequesting = false;
        callback = undefined;
        return result;
      }
      if (call !== promising) {
        calls.leave(call, builtin!.output(result));
        return result;
      }
      promising = 0;
      if (isPromise(result)) {
        recorder.detach(call);
        // A timer's value is the program's, which is not to be asked how it is shown.
        if (builtin!.module === "node:timers/promises")
          promises.made(result, () => calls.close(call, result));
        else promises.made(result, (was) => void tellOutcome(result, was, end(call, builtin!)));
      } else {
        promises.none();
        calls.leave(call, result);
      }
      return result;
    },
  };
}

/** Arguments on their way that are kept at most; a power of two. */
const KEPT = 32;
/** As long as the arguments that are told of a call. */
const NONE = [undefined, undefined, undefined, undefined, undefined, undefined];

function twiceAsLong(old: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(old.length * 2);
  for (let i = 0; i < old.length; i++) grown[i] = old[i]!;
  return grown;
}
