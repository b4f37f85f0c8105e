import type { TaggedValue, Value } from "./format.js";
import { isTagged } from "./values.js";

/** A value as an expression. */
export interface ValueCode {
  code: string;
  /** It makes the very value that was there; otherwise something was not recorded, and a comment stands in its place. */
  isWhole: boolean;
}

/** What stands where something was not recorded. */
type Stand = (type: string, what: { head?: string; list?: string; object?: string }) => string;

const AS_INPUT: Stand = (type, { head, list, object }) =>
  `${head ?? list ?? object ?? "undefined"} /* ${comment(type)} */`;
const AS_EXPECTATION: Stand = (_, { head, list, object }) => {
  if (head !== undefined) return `expect.stringContaining(${head})`;
  if (list !== undefined) return `expect.arrayContaining(${list})`;
  return object === undefined ? "expect.anything()" : `expect.objectContaining(${object})`;
};

/** A value as JavaScript that makes it again. */
export function valueCode(value: Value): ValueCode {
  return write(value, AS_INPUT);
}

/** A value as what vitest's `toEqual` takes: where something was not recorded, anything will do. */
export function expectedCode(value: Value): ValueCode {
  return write(value, AS_EXPECTATION);
}

/** A name that can stand as it is. */
export function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

/** A text that cannot end the comment it is in, nor its line. */
export function comment(text: string): string {
  return text.replaceAll("*/", "* /").replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}

/** A text in quotes. Marks that turn the direction of writing are written out, so that the code is what it looks like. */
export function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function write(value: Value, stand: Stand): ValueCode {
  let isWhole = true;
  const missing: Stand = (type, what) => {
    isWhole = false;
    return stand(type, what);
  };
  const list = (items: readonly Value[]): string => `[${items.map(expression).join(", ")}]`;
  const object = (entries: readonly (readonly [string, Value])[]): string => {
    if (entries.length === 0) return "{}";
    return `{ ${entries.map(([key, held]) => `${property(key)}: ${expression(held)}`).join(", ")} }`;
  };

  // The recorder bounds how deep values nest; those of other writers end here.
  let depth = 0;
  function expression(part: Value): string {
    if (typeof part === "string") return quote(part);
    if (typeof part !== "object" || part === null) return String(part);
    if (depth > 100) return missing("…", {});
    depth++;
    const code = Array.isArray(part)
      ? list(part)
      : isTagged(part)
        ? tagged(part)
        : object(Object.entries(part));
    depth--;
    return code;
  }

  function tagged(part: TaggedValue): string {
    const { $type: type, value: inner = null } = part;
    const text = typeof inner === "string" ? inner : "";
    const items = Array.isArray(part.values) ? part.values : [];
    const pairs = (Array.isArray(part.entries) ? part.entries : []).map((pair): [Value, Value] =>
      Array.isArray(pair) ? [pair[0] ?? null, pair[1] ?? null] : [null, null],
    );
    switch (type) {
      case "undefined":
      case "NaN":
      case "Infinity":
      case "-Infinity":
      case "-0":
        return type;
      case "bigint":
        return /^-?\d+$/.test(text) ? `${text}n` : missing(type, {});
      case "symbol":
        return `Symbol(${quote(text)})`;
      case "Date":
        return inner === null ? "new Date(NaN)" : `new Date(${quote(text)})`;
      case "RegExp": {
        const end = text.lastIndexOf("/");
        return `new RegExp(${quote(text.slice(1, end))}, ${quote(text.slice(end + 1))})`;
      }
      case "Error":
        return `new Error(${quote(String(part.message ?? ""))})`;
      case "Map": {
        const code = `new Map([${pairs.map(([key, held]) => `[${expression(key)}, ${expression(held)}]`).join(", ")}])`;
        return Number(part.size) > pairs.length ? missing("Map …", { object: code }) : code;
      }
      case "Set": {
        const code = `new Set(${list(items)})`;
        return Number(part.size) > items.length ? missing("Set …", { object: code }) : code;
      }
      case "instance":
        // The class is told, but what its constructor does is not repeated: what it held is.
        return stand === AS_EXPECTATION
          ? fields(inner)
          : `/* ${comment(String(part.class))} */ ${fields(inner)}`;
      case "object":
        return object(pairs.map(([key, held]) => [typeof key === "string" ? key : "", held]));
      case "hole":
        return "undefined";
      case "cut":
        if (part.what === "string") return missing("…", { head: quote(text) });
        if (part.what === "array") return missing("…", { list: list(items) });
        if (part.what === "object") return missing("…", { object: fields(inner) });
        return missing("…", {});
      case "Buffer":
      case "Uint8Array":
        return Number(part.length) > items.length
          ? missing(type, {})
          : type === "Buffer"
            ? `Buffer.from(${list(items)})`
            : `new Uint8Array(${list(items)})`;
      case "function":
        return missing(`ƒ ${String(part.name ?? "")}`, {});
      default:
        return missing(type, {});
    }
  }

  function fields(inner: Value): string {
    return typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? object(Object.entries(inner))
      : "{}";
  }

  const code = expression(value);
  return { code, isWhole };
}

/** A property's name in a literal. A literal `__proto__` would set the prototype. */
function property(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return isIdentifier(key) ? key : quote(key);
}
