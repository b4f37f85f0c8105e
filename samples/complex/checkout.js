"use strict";
// A checkout over several modules: repository, pricing, tax, discounts, logger.
const { findCart } = require("./repository");
const { priceCart } = require("./pricing");
const logger = require("./logger");

function checkout(cartId) {
  const cart = findCart(cartId);
  const receipt = priceCart(cart);
  logger.info(`cart ${cartId}: ${receipt.lines.length} lines, total ${receipt.total}`);
  return receipt;
}

function tryCheckout(cartId) {
  try {
    return checkout(cartId);
  } catch (error) {
    logger.warn(`cart ${cartId}: ${error.message}`);
    return null;
  }
}

const receipts = ["c-100", "c-200", "c-404"].map((id) => tryCheckout(id)).filter(Boolean);
console.log(`grand total ${receipts.reduce((sum, { total }) => sum + total, 0).toFixed(2)}`);
