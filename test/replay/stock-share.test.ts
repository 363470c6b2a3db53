// Opening stock is the share of what is ordered, rounded down, without rounding errors.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openingStock, parseStockShare } from '../../src/replay/stock-share.ts';

const STOCK: [share: string, ordered: number, stock: number][] = [
  ['60%', 10, 6],
  ['60%', 9, 5],
  ['60%', 1, 0],
  ['0%', 100, 0],
  ['100%', 80_995, 80_995],
  ['29%', 100, 29],
  ['12.5%', 8, 1],
  ['0.001%', 100_000, 1],
  ['999999%', 1_000_000_000, 9_999_990_000_000],
];

test('opening stock is the share rounded down', () => {
  for (const [share, ordered, stock] of STOCK) {
    assert.equal(openingStock(ordered, parseStockShare(share)!), stock, `${share} of ${ordered}`);
  }
});

test('anything but a percentage is no share', () => {
  for (const text of ['', '60', '0.6', '-5%', '60 %', '1e2%', '%', '60%%', '1.2345%']) {
    assert.equal(parseStockShare(text), undefined, text);
  }
});
