"use strict";
// CPU-bound work in worker threads, I/O-bound work in async functions, all at once.
const { once } = require("node:events");
const { readFile } = require("node:fs/promises");
const { setTimeout: sleep } = require("node:timers/promises");
const { Worker, isMainThread, parentPort, workerData } = require("node:worker_threads");

function countPrimes(from, to) {
  let count = 0;
  for (let n = from; n < to; n++) if (isPrime(n)) count++;
  return count;
}

function isPrime(n) {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

async function primesInWorker(from, to) {
  const worker = new Worker(__filename, { workerData: { from, to } });
  const [count] = await once(worker, "message");
  return count;
}

async function fetchQuote(name, delay) {
  await sleep(delay);
  return { name, price: name.length * 10 };
}

async function lineCount(path) {
  const text = await readFile(path, "utf8");
  return text.split("\n").length;
}

async function main() {
  const [left, right, quotes, lines] = await Promise.all([
    primesInWorker(0, 300),
    primesInWorker(300, 600),
    Promise.all([fetchQuote("coffee", 20), fetchQuote("tea", 5), fetchQuote("cake", 10)]),
    lineCount(__filename),
  ]);
  console.log(`primes below 600: ${left + right}`);
  console.log(`quotes: ${quotes.map(({ name, price }) => `${name}=${price}`).join(" ")}`);
  console.log(`lines read: ${lines > 0}`);
}

if (isMainThread) main();
else parentPort.postMessage(countPrimes(workerData.from, workerData.to));
