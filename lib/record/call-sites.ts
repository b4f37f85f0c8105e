import util from "node:util";
import { OWN_FOLDER } from "../own-folder.js";
import { defineProperty, getOwnPropertyDescriptor, isInteger, min } from "../primordials.js";
import { LOCAL } from "../probe.js";
import { withStackRoom } from "../stack-room.js";
import { standIn } from "../stand-in.js";
import { type OriginalPositions, originalName } from "./stack-traces.js";

/** As Node gives them; `column` is the older name. */
interface Site {
  functionName: string;
  scriptName: string;
  lineNumber: number;
  column?: number;
  columnNumber?: number;
}

type GetCallSites = (...args: unknown[]) => Site[];

const { apply } = Reflect;

/** What Node takes when it is not told how many, and at most. */
const USUAL = 10;
const MOST = 200;
/** Of ours on the stack: the stand-in, and what it hands on. */
const FRAMES = 2;
const OURS = FRAMES + 1;

/** The arguments, for our frames too; what Node refuses is left to it. */
function withOurs(args: unknown[]): unknown[] {
  const [first, ...options] = args;
  if (first === undefined) return [USUAL + OURS, ...options];
  if (typeof first === "number" && isInteger(first) && first >= 1 && first <= MOST)
    return [min(first + OURS, MOST), ...options];
  return options.length === 0 && isOptions(first) ? [USUAL + OURS, first] : args;
}

const isOptions = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !("sourceMap" in value && typeof value.sourceMap !== "boolean");

/** `util.getCallSites` reads the stack without formatting it: here, too, places are to be the original ones. */
export function installCallSites(positions: OriginalPositions): void {
  const found = getOwnPropertyDescriptor(util, "getCallSites");
  if (typeof found?.value !== "function") return;
  const native = found.value as GetCallSites;
  const { getCallSites } = {
    getCallSites(this: unknown, ...args: unknown[]): Site[] {
      const asked = typeof args[0] === "number" ? args[0] : USUAL;
      const sites = withStackRoom(FRAMES, () => apply(native, this, withOurs(args)));
      return sites
        .filter(({ scriptName }) => !scriptName.startsWith(OWN_FOLDER))
        .slice(0, asked)
        .map(original);
    },
  };

  function original(site: Site): Site {
    if (site.functionName.includes(LOCAL)) site.functionName = originalName(site.functionName);
    if (!positions.has(site.scriptName)) return site;
    const { line, column } = positions.original(
      site.scriptName,
      site.lineNumber,
      site.columnNumber ?? site.column ?? 0,
    );
    site.lineNumber = line;
    if ("column" in site) site.column = column;
    if ("columnNumber" in site) site.columnNumber = column;
    return site;
  }
  defineProperty(util, "getCallSites", { ...found, value: standIn(native, getCallSites) });
}
