"use strict";
const RATES = { ES: 0.21, PT: 0.23 };

function rateOf(country) {
  return RATES[country] ?? 0;
}

function addTax(net, country) {
  return Math.round(net * (1 + rateOf(country)) * 100) / 100;
}

module.exports = { addTax };
