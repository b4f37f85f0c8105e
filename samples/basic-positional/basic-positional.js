"use strict";
// The same order from positional arguments: customer, tier, coffee, tea, cake, tax rate.
// node samples/basic-positional/basic-positional.js "juan perez" silver 1 2 0 0.18

const PRICES = { coffee: 3.5, tea: 2.75, cake: 4.25 };
const DISCOUNTS = { gold: 0.15, silver: 0.05 };

function parse([customer = "ana maria", tier = "none", coffee = "2", tea = "0", cake = "1", taxRate = "0.08"]) {
  return {
    customer,
    tier,
    quantities: { coffee: Number(coffee), tea: Number(tea), cake: Number(cake) },
    taxRate: Number(taxRate),
  };
}

const line = ([name, quantity]) => ({ name, quantity, amount: PRICES[name] * quantity });

function price({ quantities, tier, taxRate }) {
  const lines = Object.entries(quantities).map(line);
  const net = lines.reduce((sum, { amount }) => sum + amount, 0) * (1 - (DISCOUNTS[tier] ?? 0));
  return Math.round(net * (1 + taxRate) * 100) / 100;
}

function main(argv) {
  const order = parse(argv);
  return `Order for ${order.customer} (${order.tier}): $${price(order).toFixed(2)}`;
}

console.log(main(process.argv.slice(2)));
