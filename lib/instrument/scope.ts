import fs from "node:fs";
import { join, relative, sep } from "node:path";
import { OWN_FOLDER } from "../own-folder.js";
import { arrayJoin, includes, split, startsWith, stringIndexOf, stringSlice } from "../primordials.js";
import { requireApart } from "./realm.js";

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
  const included = matchers(options.include, root);
  const excludes = matchers(options.exclude, root);
  const inRoot = folderPath(root);
  const inOwn = folderPath(own);
  return (path) => {
    if (startsWith(path, inOwn) || isMatched(path, excludes)) return false;
    if (options.traceAny || isMatched(path, included)) return true;
    return startsWith(path, inRoot) && !isInPackages(stringSlice(path, root.length, path.length));
  };
}

const folderPath = (folder: string): string => (folder.endsWith(sep) ? folder : folder + sep);

function isMatched(path: string, all: readonly ((path: string) => boolean)[]): boolean {
  for (let i = 0; i < all.length; i++) if (all[i]!(path)) return true;
  return false;
}

const PACKAGES = `${sep}node_modules${sep}`;
/** Where vite puts the project's own configuration to run it. */
const VITE_CONFIG = `${PACKAGES}.vite-temp${sep}`;

function isInPackages(path: string): boolean {
  const at = stringIndexOf(path, VITE_CONFIG, 0);
  if (at < 0) return includes(path, PACKAGES);
  const end = at + VITE_CONFIG.length - sep.length;
  return includes(stringSlice(path, 0, at) + stringSlice(path, end, path.length), PACKAGES);
}

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
  const { globMatcher } = requireApart("instrument/globs.js") as typeof import("./globs.js");
  return globs.map((glob) => {
    const pattern = glob.endsWith("/") ? `${glob}**` : glob;
    const absolute =
      pattern.startsWith("/") || /^[A-Za-z]:/.test(pattern) ? pattern : slashed(join(root, pattern));
    const anywhere = pattern.startsWith("/") ? pattern : `**/${pattern}`;
    const matchesAbsolute = globMatcher(absolute);
    const matchesAnywhere = globMatcher(anywhere);
    const matches = (path: string): boolean => matchesAbsolute(path) || matchesAnywhere(path);
    return (path) => matches(slashed(path)) || matches(slashed(relative(root, path)));
  });
}

/** Globs have slashes, whatever the system has. */
const slashed = (path: string): string => (sep === "/" ? path : arrayJoin(split(path, sep), "/"));
