import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** Between two questions to somebody who ended the connection. */
const PAUSE_MS = 250;

/**
 * Why nobody answers at a URL, asked before the first spans are sent: the exporter's own retries would take longer to give up,
 * and a connection alone tells nothing of one that accepts and then is silent. Any answer will do, and nothing is told:
 * a plain GET, without the headers that may hold a key.
 *
 * @param timeout - ms for all of it
 * @returns undefined when somebody answers
 */
export function unreachable(url: string, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
      resolve("it is no URL of http or https");
      return;
    }
    const target = new URL(url);
    let stop = (): void => {};
    let why = "no answer";
    let isOver = false;
    const end = (reason: string | undefined): void => {
      isOver = true;
      clearTimeout(timer);
      stop();
      resolve(reason);
    };
    const timer = setTimeout(() => end(`${why} within ${timeout / 1000} s`), timeout);
    const ask = (): void => {
      // Which certificates are good is for the exporter to say, which knows those of OTEL_EXPORTER_OTLP_CERTIFICATE.
      const asked =
        target.protocol === "https:"
          ? httpsRequest(target, { agent: false, rejectUnauthorized: false })
          : httpRequest(target, { agent: false });
      stop = () => asked.destroy();
      asked.on("socket", (socket) =>
        socket.on("connect", () => {
          why = "it took the connection, but gave no answer";
        }),
      );
      asked.on("response", () => end(undefined));
      asked.on("error", ({ code, message }: NodeJS.ErrnoException) => {
        if (isOver) return; // our own end of it
        if (code !== "ECONNRESET") {
          end(message || `nothing listens at ${target.host}`);
          return;
        }
        // Somebody is there, who may think better of it.
        why = "it ended connections, but gave no answer";
        const again = setTimeout(ask, PAUSE_MS);
        stop = () => clearTimeout(again);
      });
      asked.end();
    };
    ask();
  });
}
