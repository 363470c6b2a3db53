// A document that is due and cannot be settled, because the units that it claims are not where it says,
// is a fault of the store. Who asks for its units gets an answer all the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../../src/errors.ts';
import { newId } from '../../src/ids.ts';
import { Shop } from '../support/shop.ts';

test('what can never be freed does not keep a buyer for ever', async () => {
  const shop = await (await Shop.open()).fill({ tea: 0 });
  const id = newId();
  const lost = await shop.commit({
    writes: [
      {
        id,
        fresh: true,
        kind: 'reservation',
        state: 'HELD',
        data: { lines: [{ pool: 'tea', asked: 1 }], capAtMs: Number.MAX_SAFE_INTEGER },
        owners: ['tea'],
        // Held by nobody: no move brought it there.
        claims: [{ account: 'tea/held', undo: { release: 'tea' }, quantity: 1 }],
        deadline: { afterMs: 1_000 },
      },
    ],
    events: [],
  });
  assert.equal(lost.ok, true);
  shop.time.passMs(1_000);
  await assert.rejects(
    shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }),
    (error) => error instanceof HoldfastError && error.code === 'contended',
  );
});
