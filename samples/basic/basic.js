"use strict";
// An order: inventory, pricing and the service that joins them.
// node samples/basic/basic.js --customer "ana maria" --tier gold --coffee 3
const { parseArgs } = require("node:util");

class Inventory {
  constructor() {
    this.stock = {};
  }

  add(name, quantity) {
    this.stock[name] = (this.stock[name] ?? 0) + quantity;
  }

  remove(name, quantity) {
    const left = this.stock[name] ?? 0;
    if (left < quantity) throw new RangeError(`Only ${left} of ${name} left`);
    this.stock[name] = left - quantity;
    return this.stock[name];
  }
}

class Pricing {
  static discounts = { gold: 0.15, silver: 0.05, none: 0 };

  constructor(tier) {
    this.tier = tier;
  }

  get discount() {
    return Pricing.discounts[this.tier] ?? 0;
  }

  subtotal(items) {
    return items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  }

  total(items, taxRate) {
    const net = this.subtotal(items) * (1 - this.discount);
    return round(net * (1 + taxRate));
  }
}

class OrderService {
  constructor(inventory, pricing) {
    this.inventory = inventory;
    this.pricing = pricing;
  }

  place(customer, items, taxRate = 0.08) {
    for (const item of items) this.inventory.remove(item.name, item.quantity);
    const total = this.pricing.total(items, taxRate);
    return `Order for ${customer} confirmed: $${total.toFixed(2)}`;
  }
}

function round(amount) {
  return Math.round(amount * 100) / 100;
}

function titleCase(name) {
  return name.replace(/\b\w/g, (letter) => letter.toUpperCase());
}

function seed(inventory) {
  inventory.add("coffee", 20);
  inventory.add("tea", 15);
  inventory.add("cake", 10);
}

function createItems({ coffee, tea, cake }) {
  return [
    { name: "coffee", price: 3.5, quantity: coffee },
    { name: "tea", price: 2.75, quantity: tea },
    { name: "cake", price: 4.25, quantity: cake },
  ].filter((item) => item.quantity > 0);
}

function runOrderFlow(options) {
  const inventory = new Inventory();
  seed(inventory);
  const service = new OrderService(inventory, new Pricing(options.tier));
  return service.place(titleCase(options.customer), createItems(options));
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      customer: { type: "string", default: "ana maria" },
      tier: { type: "string", default: "none" },
      coffee: { type: "string", default: "2" },
      tea: { type: "string", default: "0" },
      cake: { type: "string", default: "1" },
    },
  });
  return { ...values, coffee: Number(values.coffee), tea: Number(values.tea), cake: Number(values.cake) };
}

console.log(runOrderFlow(readOptions()));
