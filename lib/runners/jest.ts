import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { recording } from "./recording.js";

type TransformEntry = string | [path: string, options: Record<string, unknown>];

/** What is read and set of jest's configuration; the rest passes through. */
export interface JestConfig {
  rootDir?: string;
  preset?: string | null;
  transform?: Record<string, TransformEntry>;
  setupFiles?: string[];
  setupFilesAfterEnv?: string[];
  cache?: boolean;
  [option: string]: unknown;
}

const own = (name: string): string => join(__dirname, `${name}.js`);

/**
 * The configuration of jest, which compiles the program's modules itself, so that they are recorded. Without a recording
 * it is what it was.
 *
 * ```js
 * const { flowtrace } = require("flowtrace-cli/jest");
 * module.exports = flowtrace({ testEnvironment: "node" });
 * ```
 *
 * Where `projects` are objects, each of them is to be given to it.
 */
export function flowtrace<C extends JestConfig>(config: C = {} as C): C {
  if (recording === undefined) return config;
  const root = resolve(config.rootDir ?? ".");
  const major = majorVersion(root);
  if (major < OLDEST) {
    process.stderr.write(`flowtrace: jest ${major} cannot be recorded with its calls, jest ${OLDEST} can\n`);
    return config;
  }
  const preset = presetTransform(config.preset, root);
  const compilers =
    preset === undefined && config.transform === undefined
      ? { "\\.[jt]sx?$": "babel-jest" }
      : { ...config.transform, ...preset, ...config.transform }; // in the order of jest's own
  const entries = Object.entries(compilers).map(([pattern, entry]) => [pattern, rewritten(entry, root)]);
  return {
    ...config,
    transform: { ...Object.fromEntries(entries), ...COMPILED_BY_NONE },
    setupFiles: [own("jest-setup"), ...(config.setupFiles ?? [])],
    setupFilesAfterEnv: [own("jest-events"), ...(config.setupFilesAfterEnv ?? [])],
    // What is rewritten holds numbers that only this process knows.
    cache: false,
  };
}

/** The first that waits for a transformer of ours to load another one. */
const OLDEST = 29;

function majorVersion(root: string): number {
  try {
    const { version } = createRequire(join(root, "package.json"))("jest/package.json") as { version: string };
    return Number.parseInt(version, 10);
  } catch {
    return OLDEST; // jest is somewhere else
  }
}

/** Modules that run as they stand; jest takes the first pattern that fits. */
const COMPILED_BY_NONE: Record<string, TransformEntry> = {
  "\\.[cm]?[jt]sx?$": [own("jest-transform"), {}],
};

/** The transformer that hands on what another one has made. */
function rewritten(entry: TransformEntry, root: string): TransformEntry {
  const [name, options] = typeof entry === "string" ? [entry, {}] : entry;
  return [own("jest-transform"), { path: transformerPath(name.replace("<rootDir>", root), root), options }];
}

/** Jest brings `babel-jest` with it, where the project does not see it. */
const BRINGS_BABEL = ["jest", "@jest/core", "jest-config", "babel-jest"];

function transformerPath(name: string, root: string): string {
  const requireThere = createRequire(join(root, "package.json"));
  try {
    return requireThere.resolve(name);
  } catch (error) {
    if (name !== "babel-jest") throw error;
    return BRINGS_BABEL.reduce((from, next) => createRequire(from).resolve(next), join(root, "package.json"));
  }
}

function presetTransform(preset: string | null | undefined, root: string): JestConfig["transform"] {
  if (preset == null) return undefined;
  const requireThere = createRequire(join(root, "package.json"));
  const name = preset.replace("<rootDir>", root);
  for (const file of [`${name}/jest-preset.js`, `${name}/jest-preset.json`, name]) {
    try {
      return (requireThere(file) as JestConfig).transform;
    } catch {
      // jest looks for the next one too, and says what is wrong
    }
  }
  return undefined;
}
