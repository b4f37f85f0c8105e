// Spoils the built-ins in the way that MODE says, then makes 16 calls of every kind.
const wasMap = Map;
const wasError = Error;
const date = new Date(0);
const bytes = new Uint8Array(3);
const say = process.stdout.write.bind(process.stdout);
const define = Object.defineProperty;
const broken = (name) => () => { throw new wasError(`poisoned ${name}`) };

const NAMES = ["value", "get", "set", "writable", "enumerable", "configurable", "length", "name", "message", "code", "cause",
  "stack", "0", "1", "then", "toJSON", "key", "type"];
const METHODS = [
  [Array.prototype, ["push", "pop", "slice", "map", "filter", "forEach", "join", "indexOf", "includes", "concat", "some", "find"]],
  [String.prototype, ["charCodeAt", "slice", "indexOf", "split", "replace", "startsWith", "includes", "isWellFormed"]],
  [Map.prototype, ["get", "has", "entries", "forEach"]],
  [Set.prototype, ["has", "add", "values"]],
  [WeakMap.prototype, ["get", "has"]],
  [Object.getPrototypeOf(Uint8Array.prototype), ["subarray", "slice", "fill"]],
  [DataView.prototype, ["setFloat64", "getInt32"]],
  [Date.prototype, ["getTime", "toISOString", "valueOf"]],
  [RegExp.prototype, ["exec", "test"]],
  [Number.prototype, ["toString"]],
  [BigInt.prototype, ["toString"]],
  [Object, ["keys", "getOwnPropertyDescriptor", "getPrototypeOf", "defineProperty"]],
  [Math, ["floor", "imul", "min"]],
  [JSON, ["stringify"]],
  [Reflect, ["apply"]],
  [Array, ["isArray"]],
  [performance, ["now"]],
];
const MODES = {
  nothing() {},
  "setters on Object.prototype"() {
    const all = [];
    for (const name of NAMES)
      all.push([name, { __proto__: null, configurable: true, get() {}, set() { throw new wasError(`setter ${name}`) } }]);
    for (let i = 0; i < all.length; i++) define(Object.prototype, all[i][0], all[i][1]);
  },
  "methods that throw"() {
    const all = [];
    for (const [holder, names] of METHODS)
      for (const name of names) all.push([holder, name, { value: broken(name), configurable: true, writable: true }]);
    for (let i = 0; i < all.length; i++) define(all[i][0], all[i][1], all[i][2]);
  },
  "call, apply and bind that throw"() {
    for (const name of ["call", "apply", "bind"]) Function.prototype[name] = broken(name);
  },
  "frozen built-ins"() {
    for (const made of [Object, Array, Map, Set, String, Function, Promise, Error, RegExp, Symbol, Number, Date, WeakMap]) {
      Object.freeze(made);
      Object.freeze(made.prototype);
    }
    for (const holder of [JSON, Reflect, Math]) Object.freeze(holder);
  },
  "globals that are gone"() {
    for (const name of ["Map", "Set", "WeakMap", "Promise", "Symbol", "Reflect", "JSON", "Math", "Uint8Array", "Int32Array",
      "Float64Array", "DataView", "Buffer", "performance", "TextEncoder", "Error"])
      delete globalThis[name];
  },
};
MODES[process.env.MODE]();

let calls = 0;
class Cart {
  constructor(items) { calls++; this.items = items }
  total(x) { calls++; return x }
}
function give(v) { calls++; return v }
function fails(v) { calls++; throw v }
async function later(v) { calls++; await null; return v }
function* numbers() { calls++; yield 1 }

const cart = new Cart([1, 2]);
cart.total({ a: 1, b: { c: [1, "two", null] } });
give(new wasMap([[1, 2]]));
give("a string longer than twelve characters ü");
give(/x/g);
give(date);
give(10n);
give(bytes);
give(() => 1);
try { fails(new wasError("message one")) } catch (e) { give(e) }
try { fails({ code: 5 }) } catch (e) { give(e) }
later({ z: 1 });
give(numbers().next());
say(`${calls}\n`);
