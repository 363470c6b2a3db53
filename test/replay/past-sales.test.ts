// A return finds the same customer's earlier sales of the pool, the newest first, and says what it
// could not find.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PastSales } from '../../src/replay/past-sales.ts';

test('the newest sale is taken first, and nothing twice', () => {
  const past = new PastSales();
  past.sold('ann', 'tea', { reservation: 'r1', units: 5 });
  past.sold('ann', 'tea', { reservation: 'r2', units: 3 });
  assert.deepEqual(past.match('ann', 'tea', 4), {
    taken: [
      { reservation: 'r2', units: 3 },
      { reservation: 'r1', units: 1 },
    ],
    refused: 0,
    exceeding: 0,
    without: 0,
  });
  assert.deepEqual(past.match('ann', 'tea', 9), {
    taken: [{ reservation: 'r1', units: 4 }],
    refused: 0,
    exceeding: 5,
    without: 0,
  });
});

test('units of a refused order are told apart from units never ordered', () => {
  const past = new PastSales();
  past.refused('ann', 'tea', 2);
  assert.deepEqual(past.match('ann', 'tea', 3), {
    taken: [],
    refused: 2,
    exceeding: 1,
    without: 0,
  });
  assert.deepEqual(past.match('bob', 'tea', 3), {
    taken: [],
    refused: 0,
    exceeding: 0,
    without: 3,
  });
  assert.deepEqual(past.match('ann', 'cup', 1), {
    taken: [],
    refused: 0,
    exceeding: 0,
    without: 1,
  });
});
