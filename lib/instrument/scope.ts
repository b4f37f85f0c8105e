import fs from "node:fs";
import { join, relative, sep } from "node:path";
import { OWN_FOLDER } from "../own-folder.js";

// Taken before the program can replace it.
const { realpathSync } = fs;

export interface ScopeOptions {
  /** Project root, absolute. */
  root: string;
  include: readonly string[];
  exclude: readonly string[];
  traceAny: boolean;
}

/**
 * Which files are traced: those under the project root and outside `node_modules` (when the root itself lies in one, that
 * package's), what `include` adds, less what `exclude` takes away; never FlowTrace's own.
 */
export function createScope(options: ScopeOptions): (path: string) => boolean {
  const root = realPath(options.root);
  const own = realPath(OWN_FOLDER);
  const includes = matchers(options.include, root);
  const excludes = matchers(options.exclude, root);
  const isIn = (path: string, folder: string): boolean =>
    path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  return (path) => {
    if (isIn(path, own)) return false;
    if (excludes.some((matches) => matches(path))) return false;
    if (options.traceAny || includes.some((matches) => matches(path))) return true;
    const inside = path.slice(root.length).replace(VITE_CONFIG, sep);
    return isIn(path, root) && !inside.includes(`${sep}node_modules${sep}`);
  };
}

/** Where vite puts the project's own configuration to run it. */
const VITE_CONFIG = `${sep}node_modules${sep}.vite-temp${sep}`;

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is not there: nothing in it will be loaded either
  }
}

/** A glob matches a path relative to the root or, when it starts with `/` or a drive, an absolute one. */
function matchers(globs: readonly string[], root: string): ((path: string) => boolean)[] {
  if (globs.length === 0) return [];
  // Loaded only where it is used: it takes as long as a small program.
  const picomatch = require("picomatch") as typeof import("picomatch");
  return globs.map((glob) => {
    const pattern = glob.endsWith("/") ? `${glob}**` : glob;
    const absolute =
      pattern.startsWith("/") || /^[A-Za-z]:/.test(pattern)
        ? pattern
        : join(root, pattern).split(sep).join("/");
    const anywhere = pattern.startsWith("/") ? pattern : `**/${pattern}`;
    const matches = picomatch([absolute, anywhere], { dot: true });
    return (path) => matches(path.split(sep).join("/")) || matches(relative(root, path).split(sep).join("/"));
  });
}
