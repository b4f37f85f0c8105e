"use strict";
const { discountFor } = require("./discounts");
const { addTax } = require("./tax");

const priceLine = (line, discount) => ({ ...line, amount: line.price * line.quantity * (1 - discount) });

function priceCart({ customer, country, lines }) {
  const discount = discountFor(customer, lines);
  const priced = lines.map((line) => priceLine(line, discount));
  const net = priced.reduce((sum, { amount }) => sum + amount, 0);
  return { customer: customer.name, lines: priced, total: addTax(net, country) };
}

module.exports = { priceCart };
