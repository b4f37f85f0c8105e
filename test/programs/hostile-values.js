// Hands every value that could hurt a recorder to a function, and tells whether any code of theirs has run.
const vm = require("node:vm");
const touched = [];
const note = (name) => { touched.push(name); throw new Error(name) };
const watched = (target) =>
  new Proxy(target, new Proxy({}, { get: (_, trap) => () => { touched.push(trap); throw new Error(trap) } }));
const repeated = (times, start, wrap) => {
  let value = start;
  for (let i = 0; i < times; i++) value = wrap(value);
  return value;
};
const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const cyclic = () => {
  const a = { list: [], map: new Map(), set: new Set() };
  a.self = a;
  a.list.push(a.list);
  a.map.set(a.map, a);
  a.set.add(a.set);
  return a;
};
const sparse = (length) => {
  const list = [];
  list.length = length;
  list[5] = 1;
  return list;
};
const detached = () => {
  const buffer = new ArrayBuffer(8);
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return [buffer, view];
};

const VALUES = {
  "10 million elements": () => new Array(1e7).fill(1),
  "a hole of 4 billion elements": () => sparse(2 ** 32 - 1),
  "100 million characters": () => "x".repeat(1e8),
  "a rope of strings": () => repeated(24, "abc", (s) => s + s),
  "20 million surrogate pairs": () => "\u{1F600}".repeat(2e7),
  "100 million bytes": () => new Uint8Array(1e8),
  "a million entries": () => {
    const map = new Map();
    for (let i = 0; i < 1e6; i++) map.set(i, i);
    return map;
  },
  "100000 keys": () => {
    const object = {};
    for (let i = 0; i < 1e5; i++) object[`k${i}`] = i;
    return object;
  },
  "10000 levels": () => repeated(1e4, {}, (d) => ({ d })),
  "10000 levels of arrays": () => repeated(1e4, [], (d) => [d]),
  "10000 prototypes": () => repeated(1e4, {}, (d) => Object.create(d)),
  "10000 causes": () => repeated(1e4, new Error("x"), (cause) => new Error("y", { cause })),
  cycles: cyclic,
  "revoked proxies": () => [revoked({}), revoked(() => {}), revoked([])],
  proxies: () => [watched({}), watched(() => {}), watched([1]), Object.create(watched({})), { p: watched({}) }],
  "a proxy for a constructor": () => ({ __proto__: { constructor: watched(class X {}) } }),
  getters: () => ({ get a() { return note("a") }, set b(_) {}, c: 1 }),
  "methods that are looked for": () => ({
    toJSON() { note("toJSON") },
    toString() { note("toString") },
    valueOf() { note("valueOf") },
    [Symbol.toPrimitive]() { note("toPrimitive") },
    get [Symbol.toStringTag]() { return note("toStringTag") },
    [Symbol.iterator]() { note("iterator") },
    [Symbol.for("nodejs.util.inspect.custom")]() { note("inspect") },
    get then() { return note("then") },
  }),
  "no prototype": () => Object.assign(Object.create(null), { a: 1 }),
  "awkward keys": () => JSON.parse('{"__proto__":1,"constructor":{"prototype":2}}'),
  "our own mark": () => ({ $type: "Map", size: 3 }),
  "lone surrogates": () => ({ "\ud800": "\udc00", "\0": "\ud800 lone \u0000" }),
  "a pair at the limit": () => `${"a".repeat(999)}\u{1F600}b`,
  "detached buffers": detached,
  "shared memory": () => new SharedArrayBuffer(1e6),
  "frozen objects": () => Object.freeze([Object.freeze({ a: 1 })]),
  "host objects": () => [process, process.stdout, globalThis, require, module, new AbortController(), new URL("http://x/")],
  "another realm's": () =>
    vm.runInNewContext('[new Map([[1, { a: 2 }]]), new Error("other"), [1], new Date(0), /x/g, new Uint8Array(2), class Q {}]'),
  "what is opaque": () => [numbers(), [].values(), new WeakMap(), new WeakRef({}), Promise.resolve(), new (class Map extends WeakSet {})()],
  "errors with accessors": () => [
    Object.assign(new Error("m"), { name: { toString: () => note("name") } }),
    Object.defineProperty(new Error("x"), "message", { get: () => note("message") }),
    Object.create(Error.prototype),
  ],
  "numbers and dates": () => [-0, NaN, Infinity, 5e-324, 2n ** 64n, new Date(NaN), new Date(-8.64e15)],
};
function* numbers() { yield 1 }

function look(name, value) { return typeof value }
for (const [name, make] of Object.entries(VALUES)) look(name, make());
function shaped(value) { return value }
for (let i = 0; i < 1e4; i++) shaped({ [`key${i}`]: i });
console.log(touched.length, touched.join());
