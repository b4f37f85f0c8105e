// The programs of the benchmark: each prints what its work took, in ms, and how many calls it made.
const timed = (body) => `
${body}
const before = process.hrtime.bigint();
Promise.resolve(work()).then((calls) => {
  const ms = Number(process.hrtime.bigint() - before) / 1e6;
  process.stdout.write(JSON.stringify({ ms, calls, rss: process.resourceUsage().maxRSS * 1024 }));
});`;

export const PROGRAMS = {
  fib: timed(`
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }
function work() { fib(30); return 2692537 }`),
  orders: timed(`
let calls = 0;
class Item { constructor(sku, price, quantity) { calls++; this.sku = sku; this.price = price; this.quantity = quantity } amount() { calls++; return this.price * this.quantity } }
class Customer { constructor(name, tier) { calls++; this.name = name; this.tier = tier } discount() { calls++; return this.tier === "gold" ? 0.1 : 0 } }
function taxOf(net, rules) { calls++; return net * rules.rate }
function priceLine(item, customer) { calls++; const gross = item.amount(); return { sku: item.sku, gross, net: gross * (1 - customer.discount()) } }
function total(lines, rules) { calls++; let net = 0; for (const line of lines) net += line.net; return { net, tax: taxOf(net, rules), lines: lines.length } }
function order(id) { calls++; const customer = new Customer("customer " + id, id % 2 ? "gold" : "none"); const lines = []; for (let i = 0; i < 8; i++) lines.push(priceLine(new Item("sku-" + i, i * 1.5, i % 4), customer)); return { id, ...total(lines, { rate: 0.21, country: { code: "ES", name: "Spain" } }) } }
function work() { for (let id = 0; id < 5700; id++) order(id); return calls + 1 }`),
  async: timed(`
async function leaf(n) { await null; return n }
async function step(n) { const v = await leaf(n); return v + 1 }
async function group(g) { const all = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => step(g + i))); return all.length }
async function work() { for (let g = 0; g < 5000; g++) await group(g); return 5000 * 31 }`),
  throwing: timed(`
function thrower(n) { throw new RangeError("bad " + n) }
function catcher(n) { try { thrower(n) } catch (error) { return error.message } }
function work() { for (let n = 0; n < 100000; n++) catcher(n); return 200000 }`),
};
