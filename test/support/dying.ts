/** How programs can die, as code; and how plain Node is asked for it. */
export const DEATHS: Record<string, string> = {
  SIGKILL: "process.kill(process.pid, 'SIGKILL'); for (;;) ;",
  SIGTERM: "process.kill(process.pid, 'SIGTERM'); for (;;) ;",
  SIGINT: "process.kill(process.pid, 'SIGINT'); for (;;) ;",
  SIGHUP: "process.kill(process.pid, 'SIGHUP'); for (;;) ;",
  SIGSEGV: "process.kill(process.pid, 'SIGSEGV'); for (;;) ;",
  abort: "isMainThread ? process.abort() : process.kill(process.pid, 'SIGABRT')",
  "out of memory": "for (const kept = []; ; ) kept.push(new Array(1e5).fill(kept.length + 0.5))",
  "stack overflow": "(function deeper() { deeper() })()",
  "process.exit": "process.exit(3)",
  "uncaught error": "throw new Error('end')",
  "unhandled rejection": "void Promise.reject(new Error('late'))",
  "process.reallyExit": "process.reallyExit(4)",
};

/** What the program is at when it dies. */
export const STATES: Record<string, string> = {
  idle: "work(200); setTimeout(() => die(), 30)",
  "a busy loop": "work(200); die()",
  async: "(async () => { for (let n = 0; n < 200; n++) { await null; step(n) } die() })()",
  "a worker": "if (isMainThread) new Worker(__filename); else { work(200); die() }",
  "a child process": [
    "if (process.argv[2] === 'child') { work(200); die() }",
    "else {",
    "  const child = require('node:child_process').spawnSync(process.execPath, [...process.execArgv, __filename, 'child']);",
    "  process.exitCode = child.status ?? 100 + require('node:os').constants.signals[child.signal];",
    "}",
  ].join("\n"),
};

/** A program that writes down synchronously which calls have ended, and when, before it dies. */
export function dyingProgram(state: string, death: string): string {
  return [
    "const { isMainThread, Worker } = require('node:worker_threads');",
    "const { openSync, writeSync } = require('node:fs');",
    "const progress = openSync('progress.txt', 'a');",
    "function step(n) { return n }",
    "function work(steps) { for (let n = 0; n < steps; n++) { step(n); said(n) } }",
    "/* flowtrace ignore next */ function said(n) { writeSync(progress, n + ' ' + performance.now() + '\\n') }",
    `function die() { ${DEATHS[death]} }`,
    STATES[state],
  ].join("\n");
}
