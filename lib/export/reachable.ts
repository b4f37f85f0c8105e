import { connect } from "node:net";

/**
 * Why nothing answers at a URL, asked before the first request: the exporter's own retries would take longer to give up.
 *
 * @param timeout - ms
 * @returns undefined when somebody takes the connection
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
    const port = Number(target.port) || (target.protocol === "https:" ? 443 : 80);
    const host = target.hostname.replace(/^\[|\]$/g, "");
    const socket = connect({ host, port });
    const end = (reason: string | undefined): void => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(timeout, () => end(`no answer within ${timeout / 1000} s`));
    socket.on("connect", () => end(undefined));
    socket.on("error", ({ message }) => end(message || `nothing listens at ${host}:${port}`));
  });
}
