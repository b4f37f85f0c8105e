import { sep } from "node:path";

/**
 * The folder of the built code, with a separator at its end. Asked for here only: what runs in the traced process is
 * built into one file, in which every module has the same `__dirname`.
 */
export const OWN_FOLDER = `${__dirname}${sep}`;
