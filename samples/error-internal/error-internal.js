"use strict";
// Throws deep inside: the failing call is four levels below the entry, and one order got it wrong.
function validate(item) {
  if (item.quantity <= 0) {
    throw new RangeError(`quantity of ${item.name} must be positive, got ${item.quantity}`);
  }
  return item;
}

function price(item) {
  const { quantity, unit } = validate(item);
  return quantity * unit;
}

function total(items) {
  return items.map((item) => price(item)).reduce((sum, amount) => sum + amount, 0);
}

function process(orders) {
  for (const order of orders) {
    console.log(`${order.id}: ${total(order.items).toFixed(2)}`);
  }
}

process([
  { id: "o-1", items: [{ name: "coffee", quantity: 2, unit: 3.5 }] },
  { id: "o-2", items: [{ name: "tea", quantity: 1, unit: 2.75 }, { name: "cake", quantity: -1, unit: 4.25 }] },
]);
