import { AsyncLocalStorage } from "node:async_hooks";
import { isProxy } from "node:util/types";
import { STATUS_ATTRIBUTE } from "../http-attributes.js";
import { defineProperty, getOwnPropertyDescriptor, hasOwn, isArray, SafeWeakMap } from "../primordials.js";
import type { Calls, CallTarget } from "../probe.js";
import { whenNeeded } from "./late-hooks.js";
import type { CauseOf } from "./recorder.js";

export interface HttpCalls {
  /** The program has made this `ClientRequest`, just now. */
  made(request: object): void;
}

// Taken before the program can replace it.
const { getBuiltinModule } = process;

const PARAMS = ["method", "url", "query"];

/**
 * Records HTTP requests, those the program makes and those it serves, each as one call from its start to the end of its
 * response. Node tells of them on channels made for that (https://nodejs.org/api/diagnostics_channel.html), so nothing
 * of the program's is touched, and no code of its own runs.
 */
export function recordHttp(calls: Calls, askCause: (ask: CauseOf) => void): HttpCalls {
  let following: HttpCalls | undefined;
  const follow = (): HttpCalls => {
    following ??= followHttp(calls, askCause);
    return following;
  };
  whenNeeded(follow);
  return { made: (request) => follow().made(request) };
}

function followHttp(calls: Calls, askCause: (ask: CauseOf) => void): HttpCalls {
  const { subscribe } = getBuiltinModule("node:diagnostics_channel");
  const open = new SafeWeakMap<object, number>();
  /** Calls of requests that are served, by request and response. */
  const serving = new SafeWeakMap<object, number>();
  const context = asyncContext();
  let isServing = false;
  /** The request that was served last. */
  let handling = 0;
  const makers = new SafeWeakMap<object, number>();
  const statuses = new SafeWeakMap<object, unknown>();
  const define = (target: Pick<CallTarget, "name" | "module"> & Partial<CallTarget>): number =>
    calls.define({ kind: "builtin", async: true, params: PARAMS, ...target });
  const fetched = define({ name: "fetch", module: "undici" });
  const requested = define({ name: "request", module: "node:http" });
  const requestedSecurely = define({ name: "request", module: "node:https" });
  const served = define({ name: "request", owner: "Server", module: "node:http" });

  function started(request: object, fn: number, inputs: readonly unknown[]): number {
    // One that is served is nobody's callee, though others may be waited for.
    const call = calls.open(fn, inputs, fn === served ? calls.current : makers.get(request));
    open.set(request, call);
    return call;
  }

  function responded(request: object, status: unknown, route?: unknown): void {
    const call = open.get(request);
    if (call === undefined) return;
    statuses.set(request, status);
    calls.attributes(call, {
      "http.request.method": own(request, "method"),
      ...(typeof route === "string" ? { "http.route": route } : {}),
      [STATUS_ATTRIBUTE]: status,
    });
  }

  function ended(request: object, how: object = {}): void {
    const call = open.get(request);
    if (call === undefined) return;
    open.delete(request);
    calls.close(call, { status: statuses.get(request), ...how });
  }

  function failed(request: object, error: unknown): void {
    const call = open.get(request);
    if (call === undefined) return;
    open.delete(request);
    calls.fail(call, error);
  }

  /** A listener of a channel that throws would end the program. */
  function on(channel: string, listener: (message: Message) => void): void {
    subscribe(channel, (message) => {
      try {
        listener(message as Message);
      } catch {
        // one request less in the trace
      }
    });
  }

  on("undici:request:create", ({ request }) => {
    const path = own(request, "path");
    const call = started(request, fetched, [
      own(request, "method"),
      ...urlAndQuery(own(request, "origin"), path),
    ]);
    calls.suspend(call);
  });
  on("undici:request:headers", ({ request, response }) => responded(request, own(response, "statusCode")));
  on("undici:request:trailers", ({ request }) => ended(request));
  on("undici:request:error", ({ request, error }) => failed(request, error));

  function made(request: object): void {
    if (open.has(request)) return;
    const secure = own(request, "protocol") === "https:";
    const origin = `${own(request, "protocol")}//${own(request, "host")}`;
    const call = started(request, secure ? requestedSecurely : requested, [
      own(request, "method"),
      ...urlAndQuery(origin, pathOf(request)),
    ]);
    calls.suspend(call);
  }
  // Told at once, before the address is known, and by later versions only (22.12, 23.2).
  on("http.client.request.created", ({ request }) => makers.set(request, calls.current));
  on("http.client.request.start", ({ request }) => made(request));
  on("http.client.response.finish", ({ request, response }) => {
    responded(request, own(response, "statusCode"));
    ended(request);
  });
  on("http.client.request.error", ({ request, error }) => failed(request, error));

  /** A response whose connection is gone before it is finished: no channel tells of that. */
  function watchClose(request: object, response: Emitter): void {
    const { emit } = response;
    const ours = {
      emit(this: unknown, ...args: unknown[]): unknown {
        if (args[0] === "close" && open.has(request)) {
          responded(request, own(response, "statusCode"));
          ended(request, { aborted: true });
        }
        return Reflect.apply(emit, this, args);
      },
    };
    defineProperty(response, "emit", { value: ours.emit, configurable: true, writable: true });
  }

  /** The request that a value is about: the framework's context and request objects hold Node's. */
  function requestOf(value: unknown): number {
    if (typeof value !== "object" || value === null || isProxy(value)) return 0;
    return serving.get(value) ?? requestIn(own(value, "req")) ?? requestIn(own(value, "raw")) ?? 0;
  }

  function requestIn(value: unknown): number | undefined {
    return typeof value === "object" && value !== null ? serving.get(value) : undefined;
  }

  /**
   * A handler that is called after something was waited for, such as the body, is a callee of the request that it is given;
   * but what was made since that one began knows better.
   */
  function causeOf(maker: number, argc: number, a: unknown, b: unknown, c: unknown): number {
    if (maker < 0) return maker;
    const inList = argc > 4 && isArray(a);
    const call =
      requestOf(inList ? a[0] : a) ||
      requestOf(inList ? a[1] : b) ||
      requestOf(inList ? a[2] : c) ||
      (context?.get() ?? 0);
    return call > maker ? call : maker;
  }

  const { nextTick } = process;
  on("http.server.request.start", ({ request, response }) => {
    watchClose(request, response as Emitter);
    // One that was sent on without waiting for the response to that one is parsed in the same turn.
    calls.suspend(handling);
    const call = started(request, served, [own(request, "method"), ...urlAndQuery("", own(request, "url"))]);
    serving.set(request, call);
    serving.set(response, call);
    context?.enter(call);
    if (!isServing) askCause(causeOf);
    isServing = true;
    // What handles it is called at once, below it; ticks come after that.
    handling = call;
    nextTick(calls.suspend, call);
  });
  on("http.server.response.finish", ({ request, response }) => {
    const route = own(request, "route"); // of Express and its like
    responded(
      request,
      own(response, "statusCode"),
      typeof route === "object" && route !== null ? own(route, "path") : undefined,
    );
    ended(request);
  });

  return { made };
}

/** From Node 24 on, V8 carries such a context from one turn to the next; before, every promise was slower for it. */
function asyncContext(): { enter: (call: number) => void; get: () => number } | undefined {
  const isCarried =
    Number(process.versions.node.split(".")[0]) >= 24 &&
    !`${process.execArgv} ${process.env.NODE_OPTIONS}`.includes("--no-async-context-frame");
  if (!isCarried) return undefined;
  const storage = new AsyncLocalStorage<number>();
  const { enterWith, getStore } = storage;
  return {
    enter: (call) => Reflect.apply(enterWith, storage, [call]),
    get: () => Reflect.apply(getStore, storage, []) ?? 0,
  };
}

type Emitter = { emit: (...args: unknown[]) => unknown };
type Message = Record<"request" | "response", object> & { error: unknown };

/** A property that is there as a value; an accessor may be the program's. */
function own(object: object | undefined, name: string): unknown {
  if (object === undefined) return undefined;
  const found = getOwnPropertyDescriptor(object, name);
  return found !== undefined && hasOwn(found, "value") ? found.value : undefined;
}

/** An accessor of Node's own since version 24. */
function pathOf(request: object): unknown {
  const { ClientRequest } = require("node:http") as typeof import("node:http");
  const accessor = getOwnPropertyDescriptor(ClientRequest.prototype, "path")?.get;
  return accessor === undefined ? own(request, "path") : Reflect.apply(accessor, request, []);
}

/** The query apart and by name, as some of its values may be secret. */
function urlAndQuery(origin: unknown, path: unknown): unknown[] {
  const text = `${path}`;
  const mark = text.indexOf("?");
  if (mark < 0) return [`${origin}${text}`];
  const query = {};
  for (const part of text.slice(mark + 1).split("&")) {
    const equals = part.indexOf("=");
    const [name, value] = equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
    defineProperty(query, decoded(name), {
      value: decoded(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return [`${origin}${text.slice(0, mark)}`, query];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
