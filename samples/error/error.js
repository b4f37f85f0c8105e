"use strict";
// Fails at the entry: its configuration is not there.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

function loadConfig(name) {
  return JSON.parse(readFileSync(join(__dirname, name), "utf8"));
}

function main() {
  const config = loadConfig("missing-config.json");
  console.log(`listening on ${config.port}`);
}

main();
