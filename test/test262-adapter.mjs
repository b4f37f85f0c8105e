// Adapter for a test262 transparency harness: rewrites as the product does, and runs the product's own recorder inside the
// realm under test, so that whatever it would throw is an error of that realm.
//   instrument(source, filename, { sourceType }), setup(global, { evaluate }) → { events(), problems() }
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The modules as one CommonJS text: no build is needed, and it can be evaluated in any realm. */
function bundle(contents) {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "es2022",
    external: ["@babel/parser"],
  });
  return outputFiles[0].text;
}

function load(text, parameters, evaluate) {
  const module = { exports: {} };
  evaluate(`(function (module, exports, ${Object.keys(parameters)}) {${text}\n})`)(
    module,
    module.exports,
    ...Object.values(parameters),
  );
  return module.exports;
}

const { bind, exposeProbe, rewrite, unbound } = load(
  bundle(`
    export { bind, rewrite, unbound } from "./lib/instrument/rewrite.js";
    export { exposeProbe } from "./lib/probe.js";`),
  { require },
  // biome-ignore lint/security/noGlobalEval: it is our own text
  eval,
);

const recording = bundle(`
  export { createJournalWriter } from "./lib/journal/writer.js";
  export { createRecorder } from "./lib/record/recorder.js";
  export { secretNames, createTokens } from "./lib/record/redact.js";
  export { installFunctionText } from "./lib/function-text.js";
  export { withoutInsertions } from "./lib/record/original-text.js";`);

export function instrument(source, filename, { sourceType }) {
  const rewritten = rewrite(source, {
    filename,
    sourceType,
    isSecret: (name) => name === "password",
    builtins: true,
  });
  return rewritten === null ? source : bind(unbound(rewritten.code), 1, 1);
}

export function setup(global, { evaluate }) {
  const {
    createJournalWriter,
    createRecorder,
    createTokens,
    installFunctionText,
    secretNames,
    withoutInsertions,
  } = load(recording, { require, Buffer, TextEncoder, process }, evaluate);
  const recorder = createRecorder({
    hasNoRoom: () => false,
    journal: createJournalWriter(() => {}, 1 << 18),
    now: performance.now.bind(performance),
    limits: { depth: 3, items: 20, string: 200, values: 100, bytes: 4096 },
    inputs: true,
    outputs: true,
    isSecret: secretNames(),
    token: createTokens(new Uint8Array(8)),
    memory: undefined,
    flushInterval: 0,
    flushCalls: 0,
    maxCalls: Number.POSITIVE_INFINITY,
    maxBytes: Number.POSITIVE_INFINITY,
    maxCallDepth: Number.POSITIVE_INFINITY,
    functionText: () => undefined,
    onBroken: () => {},
  });
  installFunctionText(withoutInsertions);
  exposeProbe(global, recorder.probe);
  return {
    events: () => recorder.calls,
    problems: () => (recorder.current === 0 ? [] : [`call ${recorder.current} is still on the stack`]),
  };
}
