"use strict";
const write = (level) => (message) => console.log(`${level.padEnd(5)} ${message}`);

module.exports = { info: write("info"), warn: write("warn") };
