// Says everything that a program can know of itself and of the process that it runs in.
const v8 = require("node:v8");
const vm = require("node:vm");

function handler(error, request, response, next) { return [error, request, response, next] }
const arrow = (a, b = 1) => a + b;
class Shape { static sides = 4; #area = 1; get area() { return this.#area } async *all() { yield this.#area } }
console.log([handler, arrow, Shape, Shape.prototype.all].map((f) => [f.name, f.length, String(f)]));
console.log(Object.getOwnPropertyNames(handler), Object.getOwnPropertyDescriptor(Shape.prototype, "area").get.name);
console.log(String(Function.prototype.toString), Function.prototype.toString.name, "prototype" in Function.prototype.toString);

console.log(process.argv.slice(2), process.execArgv, process.env.NODE_OPTIONS, Object.keys(process.env).filter((name) => /flowtrace_run/i.test(name)));
console.log(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
console.log(Object.keys(require.cache).length, module.children.length, require.main === module, Object.keys(globalThis), Reflect.ownKeys(globalThis).map(String).join());
console.log(process.getActiveResourcesInfo());
const { emit } = process;
const emitOf = () => [Object.hasOwn(process, "emit"), Object.keys(process).includes("emit"), process.emit === emit];
const emits = [emitOf(), (process.emit = function () { return emit.apply(this, arguments) }, emitOf()), delete process.emit, emitOf()];
console.log(Reflect.ownKeys(process).map(String).join(), String(emit), emits.join(" | "));

function message(f) {
  try { f() } catch (error) { console.log(error.message) }
}
message(() => { "use strict"; handler.name = "x" });
message(() => { "use strict"; delete handler.prototype });
message(() => class extends arrow {});
message(() => new Map([arrow]));
message(() => handler in 1);
message(() => { const { a } = null });
message(() => undefined.x);
message(() => { (() => null)().x });

let place = 0;
function stackOf() { return new Error("here").stack.split("\n").slice(0, 3).map((line) => line.replace(__dirname, "")) }
console.log(stackOf(), (() => { place++; return stackOf() })());

const gc = (v8.setFlagsFromString("--expose-gc"), vm.runInNewContext("gc"));
let finalised = 0;
const registry = new FinalizationRegistry(() => { finalised++ });
function hold(object) { registry.register(object, 1); return new WeakRef(object) }
const refs = [];
for (let i = 0; i < 20; i++) refs.push(hold({ i, big: new Array(100).fill(i) }));
async function wait(object) { await null; return object.i }
void wait({ i: 5 });
setTimeout(() => {
  gc();
  setTimeout(() => console.log(refs.every((ref) => ref.deref() === undefined), finalised), 20);
}, 20);

const order = [];
async function one() { order.push("one"); await null; order.push("two"); return Promise.resolve("three") }
void one().then((v) => order.push(v));
Promise.resolve().then(() => order.push("a")).then(() => order.push("b")).then(() => order.push("c")).then(() => order.push("d"));
process.nextTick(() => order.push("tick"));
process.on("unhandledRejection", (reason) => console.log("unhandled", reason, order.join()));
void (async () => { throw 1 })();
