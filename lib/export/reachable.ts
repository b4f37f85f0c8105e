import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

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
    let target: URL;
    try {
      target = new URL(url);
    } catch {
      resolve("it is no URL");
      return;
    }
    if (target.protocol !== "http:" && target.protocol !== "https:") {
      resolve(`it begins with ${target.protocol}//, expected http:// or https://`);
      return;
    }
    let isConnected = false;
    const end = (reason: string | undefined): void => {
      clearTimeout(timer);
      asked.destroy();
      resolve(reason);
    };
    const timer = setTimeout(() => {
      const what = isConnected ? "it took the connection, but gave no answer" : "no answer";
      end(`${what} within ${timeout / 1000} s`);
    }, timeout);
    // Which certificates are good is for the exporter to say, which knows those of OTEL_EXPORTER_OTLP_CERTIFICATE.
    const asked =
      target.protocol === "https:"
        ? httpsRequest(target, { agent: false, rejectUnauthorized: false })
        : httpRequest(target, { agent: false });
    asked.on("socket", (socket) =>
      socket.on("connect", () => {
        isConnected = true;
      }),
    );
    asked.on("response", () => end(undefined));
    asked.on("error", (error: NodeJS.ErrnoException) =>
      end(
        isConnected && error.code === "ECONNRESET"
          ? undefined // somebody is there, who may think better of it
          : error.message || `nothing listens at ${target.host}`,
      ),
    );
    asked.end();
  });
}
