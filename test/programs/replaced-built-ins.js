// Puts in the place of each built-in one that tells of its calls, then loads modules and runs them. What is told, and what is
// left of the last match of a regular expression, is all that the program could see of whoever else uses them.
const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Reflect;
const { sort, join } = Array.prototype;
const say = process.stdout.write.bind(process.stdout);

// What Node itself asks for, whenever it formats a stack, copies an array, or loads a module by hooks.
const LEFT_OUT = ["prepareStackTrace", Symbol.species, "bind", "valueOf"];

let isWatching = false;
let seen = { __proto__: null };
function watch(holder, name) {
  for (const key of ownKeys(holder)) {
    const descriptor = getOwnPropertyDescriptor(holder, key);
    if (key === "constructor" || !descriptor.configurable || LEFT_OUT.includes(key)) continue;
    for (const part of ["value", "get", "set"]) {
      const original = descriptor[part];
      if (typeof original !== "function") continue;
      const label = `${name}.${String(key)} ${part}`;
      descriptor[part] = new Proxy(original, {
        apply(target, self, args) {
          if (isWatching) {
            isWatching = false;
            seen[label] = (seen[label] ?? 0) + 1;
            isWatching = true;
          }
          return apply(target, self, args);
        },
      });
    }
    defineProperty(holder, key, descriptor);
  }
}

function phase(name, run) {
  seen = { __proto__: null };
  "key=value".match(/(\w+)=(\w+)/);
  isWatching = true;
  run();
  isWatching = false;
  const statics = [RegExp.$1, RegExp.$2, RegExp.lastMatch, RegExp.input];
  const lines = [];
  for (const label of ownKeys(seen)) lines[lines.length] = `  ${label} ${seen[label]}`;
  apply(sort, lines, []);
  say(`${name}: ${apply(join, statics, [" "])}\n${apply(join, lines, ["\n"])}\n`);
}

const iterators = {
  Array: [][Symbol.iterator](),
  Map: new Map().entries(),
  Set: new Set().values(),
  String: ""[Symbol.iterator](),
  RegExp: "a".matchAll(/a/g),
};
for (const made of [
  Object,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  Function,
  RegExp,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  Promise,
  Date,
  Error,
  TypeError,
  SyntaxError,
  BigInt,
  Buffer,
  TextEncoder,
]) {
  watch(made.prototype, `${made.name}.prototype`);
  watch(made, made.name);
}
for (const [name, object] of Object.entries({ Reflect, JSON, Math })) watch(object, name);
for (const [name, iterator] of Object.entries(iterators)) watch(getPrototypeOf(iterator), `${name} iterator`);
watch(getPrototypeOf(getPrototypeOf(iterators.Array)), "iterator");

const modules = {};
const names = ownKeys(require("./modules.js"));
phase("require", () => {
  modules.required = require("./required.js");
});
phase("require again", () => {
  modules.second = require("./second.js");
});
for (let i = 0; i < names.length; i++) phase(names[i], () => require("./modules.js")[names[i]]());
phase("import", () => {
  modules.imported = import("./imported.mjs");
  isWatching = false;
});
modules.imported.then(() => {
  phase("imported", () => {
    modules.again = import("./imported-too.mjs");
  });
});
