/**
 * Built-ins taken before the program can touch them. A program may replace any method, or put accessors on
 * `Object.prototype`: the recorder never looks a method up on a value while the program runs.
 */
const { bind, call } = Function.prototype;

/** `Array.prototype.slice` → `(array, ...args) => …`; calls through it are inlined by the optimising compiler. */
function uncurryThis<T, A extends unknown[], R>(
  method: (this: T, ...args: A) => R,
): (self: T, ...args: A) => R {
  return bind.call(call, method) as unknown as (self: T, ...args: A) => R;
}

function getterOf<T, R>(prototype: object, name: PropertyKey): (self: T) => R {
  return uncurryThis(Object.getOwnPropertyDescriptor(prototype, name)!.get as (this: T) => R);
}

export const { ownKeys } = Reflect;
export const { isArray } = Array;
export const {
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  keys: objectKeys,
  defineProperty,
  freeze,
  create: objectCreate,
} = Object;
export const { imul, floor, min } = Math;
export const { isInteger } = Number;
export const ObjectPrototype = Object.prototype;
/** Of an own property; one that is not there is looked for in the prototypes. */
export const lookupGetter = uncurryThis<object, [PropertyKey], unknown>(
  (Object.prototype as unknown as { __lookupGetter__(this: object, key: PropertyKey): unknown })
    .__lookupGetter__,
);
export const arraySlice = uncurryThis<readonly unknown[], [number?, number?], unknown[]>(
  Array.prototype.slice,
);
export const arrayJoin = uncurryThis<readonly unknown[], [string], string>(Array.prototype.join);
export const charCodeAt = uncurryThis(String.prototype.charCodeAt);
export const stringSlice = uncurryThis<string, [number, number], string>(String.prototype.slice);
export const stringIndexOf = uncurryThis<string, [string, number], number>(String.prototype.indexOf);
export const stringLastIndexOf = uncurryThis<string, [string], number>(String.prototype.lastIndexOf);
export const includes = uncurryThis<string, [string], boolean>(String.prototype.includes);
export const startsWith = uncurryThis<string, [string], boolean>(String.prototype.startsWith);
export const endsWith = uncurryThis<string, [string], boolean>(String.prototype.endsWith);
export const split = uncurryThis<string, [string], string[]>(
  String.prototype.split as (this: string, separator: string) => string[],
);
export const isWellFormed = uncurryThis<string, [], boolean>(
  (String.prototype as unknown as { isWellFormed(this: string): boolean }).isWellFormed,
);
export const fromCharCode = String.fromCharCode;
export const bigintToString = uncurryThis<bigint, [], string>(BigInt.prototype.toString);
export const symbolDescription = getterOf<symbol, string | undefined>(Symbol.prototype, "description");
export const dateValue = uncurryThis<Date, [], number>(Date.prototype.getTime);
export const regexpSource = getterOf<RegExp, string>(RegExp.prototype, "source");
/** Not the `flags` getter: that one reads properties a program may have redefined on its object. */
export const regexpFlags: readonly [letter: string, has: (self: RegExp) => boolean][] = [
  ["d", getterOf<RegExp, boolean>(RegExp.prototype, "hasIndices")],
  ["g", getterOf<RegExp, boolean>(RegExp.prototype, "global")],
  ["i", getterOf<RegExp, boolean>(RegExp.prototype, "ignoreCase")],
  ["m", getterOf<RegExp, boolean>(RegExp.prototype, "multiline")],
  ["s", getterOf<RegExp, boolean>(RegExp.prototype, "dotAll")],
  ["u", getterOf<RegExp, boolean>(RegExp.prototype, "unicode")],
  ["v", getterOf<RegExp, boolean>(RegExp.prototype, "unicodeSets")],
  ["y", getterOf<RegExp, boolean>(RegExp.prototype, "sticky")],
];
export const functionToString = uncurryThis<unknown, [], string>(Function.prototype.toString);
export const mapSize = getterOf<unknown, number>(Map.prototype, "size");
export const setSize = getterOf<unknown, number>(Set.prototype, "size");
export const mapEntries = uncurryThis<unknown, [], Iterator<[unknown, unknown]>>(
  Map.prototype.entries as (this: unknown) => Iterator<[unknown, unknown]>,
);
export const setValues = uncurryThis<unknown, [], Iterator<unknown>>(
  Set.prototype.values as (this: unknown) => Iterator<unknown>,
);
const MapIterator = Object.getPrototypeOf(new Map().entries());
const SetIterator = Object.getPrototypeOf(new Set().values());
export const nextEntry = uncurryThis<unknown, [], IteratorResult<[unknown, unknown]>>(MapIterator.next);
export const nextValue = uncurryThis<unknown, [], IteratorResult<unknown>>(SetIterator.next);
const TypedArray = Object.getPrototypeOf(Uint8Array.prototype);
export const typedArrayTag = getterOf<unknown, string | undefined>(TypedArray, Symbol.toStringTag);
export const typedArrayLength = getterOf<unknown, number>(TypedArray, "length");
export const arrayBufferLength = getterOf<unknown, number>(ArrayBuffer.prototype, "byteLength");
export const sharedArrayBufferLength = getterOf<unknown, number>(SharedArrayBuffer.prototype, "byteLength");
/** As one machine instruction each, where a loop over eight bytes takes 10 ns. */
export const setFloat64 = uncurryThis<DataView, [number, number, boolean], void>(
  DataView.prototype.setFloat64,
);
export const getInt32 = uncurryThis<DataView, [number, boolean], number>(
  DataView.prototype.getInt32 as (this: DataView, offset: number, littleEndian: boolean) => number,
);
export const typedArraySet = uncurryThis<Uint8Array, [ArrayLike<number>, number], void>(TypedArray.set);
export const bufferPart = uncurryThis<Buffer, [from: number, to: number], Buffer>(
  Buffer.prototype.subarray as (this: Buffer, from: number, to: number) => Buffer,
);
export const encodeUtf8 = TextEncoder.prototype.encode.bind(new TextEncoder()) as (
  text: string,
) => Uint8Array;
export const quote = JSON.stringify as (text: string) => string;
export const parseJson = JSON.parse as (text: string) => unknown;
/** A new string that shares nothing with any other. */
export const bufferText = uncurryThis<Buffer, [from: number, to: number], string>(
  (Buffer.prototype as unknown as { utf8Slice(this: Buffer, from: number, to: number): string }).utf8Slice,
);
type Part = [from?: number, to?: number];
const { latin1Slice, ucs2Slice } = Buffer.prototype as unknown as Record<
  "latin1Slice" | "ucs2Slice",
  (this: Uint8Array, ...part: Part) => string
>;
export const latin1Text = uncurryThis<Uint8Array, Part, string>(latin1Slice);
export const utf16Text = uncurryThis<Uint8Array, Part, string>(ucs2Slice);
export const writeUtf8 = uncurryThis<Uint8Array, [text: string, at: number, length: number], number>(
  (Buffer.prototype as unknown as { utf8Write(this: Uint8Array, s: string, o: number, l: number): number })
    .utf8Write,
);

// Constructors of their own: in Node 20 the one that a class has without goes through the program's array iterator.
/** A `Map` whose methods are its own: `Map.prototype` may be changed by the program. */
export class SafeMap<K, V> extends Map<K, V> {
  // biome-ignore lint/complexity/noUselessConstructor: see above
  constructor() {
    super();
  }
}
/** A `Set` whose methods are its own. */
export class SafeSet<T> extends Set<T> {
  // biome-ignore lint/complexity/noUselessConstructor: see above
  constructor() {
    super();
  }
}
/** A `WeakMap` whose methods are its own. */
export class SafeWeakMap<K extends WeakKey, V> extends WeakMap<K, V> {
  // biome-ignore lint/complexity/noUselessConstructor: see above
  constructor() {
    super();
  }
}

/** A `WeakSet` whose methods are its own. */
export class SafeWeakSet<T extends WeakKey> extends WeakSet<T> {
  // biome-ignore lint/complexity/noUselessConstructor: see above
  constructor() {
    super();
  }
}

for (const [Safe, Base] of [
  [SafeMap, Map],
  [SafeSet, Set],
  [SafeWeakMap, WeakMap],
  [SafeWeakSet, WeakSet],
] as const) {
  for (const key of Reflect.ownKeys(Base.prototype)) {
    if (hasOwn(Safe.prototype, key)) continue;
    defineProperty(Safe.prototype, key, getOwnPropertyDescriptor(Base.prototype, key)!);
  }
  Object.setPrototypeOf(Safe.prototype, null);
  freeze(Safe.prototype);
}
