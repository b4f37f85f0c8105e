import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A server of the test's own: on loopback, in a scratch folder, as a user without rights. */
export interface Service {
  port: number;
  stop(): Promise<void>;
}

/** `nobody`, when we are root: PostgreSQL refuses to run as that. */
const USER = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export function startRedis(): Promise<Service> {
  return start("flowtrace-redis-", (folder, port) => {
    const options = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", folder];
    return spawn("redis-server", options, { ...USER, stdio: "ignore" });
  });
}

export function startPostgres(): Promise<Service> {
  const bin = postgresFolder();
  return start("flowtrace-postgres-", (folder, port) => {
    const data = join(folder, "data");
    execFileSync(join(bin, "initdb"), ["-D", data, "-A", "trust", "-U", "flowtrace", "--no-sync"], {
      ...USER,
      cwd: folder,
      stdio: "ignore",
    });
    const options = [
      "-D",
      data,
      "-p",
      `${port}`,
      "-k",
      folder,
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      "fsync=off",
    ];
    return spawn(join(bin, "postgres"), options, { ...USER, cwd: folder, stdio: "ignore" });
  });
}

/** Debian keeps the servers out of the path, a folder for each version. */
function postgresFolder(): string {
  const versions = "/usr/lib/postgresql";
  const newest = existsSync(versions)
    ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0]
    : undefined;
  return newest === undefined ? "" : join(versions, newest, "bin");
}

async function start(
  prefix: string,
  launch: (folder: string, port: number) => ChildProcess,
): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  if (USER.uid !== undefined) chownSync(folder, USER.uid, USER.gid);
  const port = await freePort();
  const server = launch(folder, port);
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const failed = new Promise<never>((_, reject) => {
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`${server.spawnfile} ended with code ${code}`)));
  });
  await Promise.race([accepting(port), failed]);
  return {
    port,
    async stop() {
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Tries until somebody answers. */
async function accepting(port: number): Promise<void> {
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("close", () => socket.destroy());
      socket.once("connect", () => socket.end());
    });
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 50));
}
