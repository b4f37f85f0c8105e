"use strict";
const carts = new Map([
  ["c-100", { customer: { name: "Ana", tier: "gold" }, country: "ES", lines: [{ sku: "bean-1kg", price: 18.9, quantity: 2 }, { sku: "cup", price: 7.5, quantity: 4 }] }],
  ["c-200", { customer: { name: "Juan", tier: "none" }, country: "PT", lines: [{ sku: "filter", price: 3.2, quantity: 10 }] }],
]);

class CartNotFound extends Error {
  constructor(id) {
    super(`no cart ${id}`);
    this.name = "CartNotFound";
    this.code = "CART_NOT_FOUND";
  }
}

function findCart(id) {
  const cart = carts.get(id);
  if (!cart) throw new CartNotFound(id);
  return cart;
}

module.exports = { findCart, CartNotFound };
