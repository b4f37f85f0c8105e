import fs from "node:fs";

/** Taken before the program can touch them: it may replace any function of `fs`, and ours are not to go through its own. */
export const {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} = fs;
