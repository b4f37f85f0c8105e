import { standIn } from "../stand-in.js";

const { apply } = Reflect;
const isExiting = (): boolean => (process as { _exiting?: boolean })._exiting === true;

/** What the recorder wants to know of its process. */
export interface ProcessListener {
  /** Nobody has caught this error; the process has not yet decided what to do. */
  uncaught(error: unknown, fromRejection: boolean): void;
  /** The program's own `exit` listeners have run, or the process is told to end at once. */
  exit(code: number | undefined): void;
  /** A promise was rejected and nobody listens: Node may quote the reason next. */
  unhandled(reason: unknown): void;
  /** Node prints this warning next. */
  warning(warning: unknown): void;
  /** The process ends with an error that nobody has handled: Node prints it next. After {@link exit}. */
  fatal(error: unknown): void;
}

/**
 * Listens to the process without being one of its listeners: `process.listenerCount("exit")` and the like stay what the
 * program makes them. Every event goes through `process.emit`, which is inherited from further up than the process's own
 * prototype: a stand-in there is no property of the process, and gives way to one that the program sets.
 */
export function listenToProcess(listener: ProcessListener): void {
  const inherited = process.emit;
  const { reallyExit } = process as unknown as { reallyExit(code?: number): never };

  let unhandled: { error: unknown } | undefined;
  const { emit } = {
    emit(this: unknown, type: string | symbol, ...args: unknown[]): boolean {
      if (type === "uncaughtExceptionMonitor") listener.uncaught(args[0], args[1] === "unhandledRejection");
      else if (type === "unhandledRejection") listener.unhandled(args[0]);
      else if (type === "warning") listener.warning(args[0]);
      let heard: boolean | undefined;
      try {
        heard = apply(inherited, this, [type, ...args]) as boolean;
      } finally {
        if (type === "exit") {
          listener.exit(args[0] as number | undefined);
          if (unhandled !== undefined) listener.fatal(unhandled.error);
        } else if (type === "uncaughtException" && heard !== true) {
          if (heard === false) unhandled = { error: args[0] };
          // Thrown by a listener, of this event or of `exit`: the process ends here.
          else listener.exit(undefined);
          if (heard === undefined || isExiting()) listener.fatal(args[0]);
        }
      }
      return heard;
    },
  };
  Object.defineProperty(Object.getPrototypeOf(process), "emit", {
    value: standIn(inherited, emit),
    configurable: true,
    writable: true,
    enumerable: false,
  });

  const ours = {
    reallyExit(this: unknown, ...args: unknown[]): never {
      listener.exit(args[0] as number | undefined);
      return apply(reallyExit, this, args) as never;
    },
  };
  const descriptor = Object.getOwnPropertyDescriptor(process, "reallyExit");
  Object.defineProperty(process, "reallyExit", {
    configurable: true,
    writable: true,
    enumerable: true,
    ...descriptor,
    value: standIn(reallyExit, ours.reallyExit),
  });
}
