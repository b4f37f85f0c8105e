"use strict";
const TIERS = { gold: 0.1, silver: 0.05 };

const bulk = (lines) => (lines.some(({ quantity }) => quantity >= 10) ? 0.03 : 0);

function discountFor({ tier }, lines) {
  return Math.max(TIERS[tier] ?? 0, bulk(lines));
}

module.exports = { discountFor };
