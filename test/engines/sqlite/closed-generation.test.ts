// Requests of a closed generation are known by a mark in memory and found in the tables: a repeat
// gets its first answer, while the store runs and after a restart. Generations are small here.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Transaction } from '../../../src/engines/contract.ts';
import { accepted, refused } from '../../support/shop.ts';

// Read once, when the engine is loaded; its threads inherit it.
process.env.HOLDFAST_GENERATION_ENTRIES = '64';
const { newPath, openStore, receiving, tablesCaughtUp } = await import('./store-files.ts');
const { Stock } = await import('../../../src/stock.ts');

const KEYED = 150;
const key = (index: number) => `delivery-${index}`;
const keyed = (index: number): Transaction => ({
  ...receiving(1),
  request: { principal: 'local', key: key(index), hash: 'h' },
});

it('a repeat from a closed generation gets its first answer, also after a restart', async () => {
  const path = newPath();
  let engine = await openStore(path);
  for (let index = 0; index < KEYED; index += 50) {
    await engine.commit(Array.from({ length: 50 }, (_, more) => keyed(index + more)));
  }
  await tablesCaughtUp(engine);
  for (const restarted of [false, true]) {
    if (restarted) {
      await engine.close();
      engine = await openStore(path);
    }
    const outcomes = await engine.commit(Array.from({ length: KEYED }, (_, n) => keyed(n)));
    const seqs = outcomes.map((each) => (each.ok && each.repeated ? each.entry.seqs[0]![1] : 0));
    assert.deepEqual(
      seqs,
      Array.from({ length: KEYED }, (_, index) => index + 1),
    );
    assert.equal(engine.health().position, KEYED);
  }
  const [stranger] = await engine.commit([keyed(KEYED)]);
  assert.ok(stranger?.ok && !stranger.repeated);
  await engine.close();
});

it('a verb repeated from a closed generation answers as it did, before stock is looked at', async () => {
  const path = newPath();
  let stock = await Stock.open(await openStore(path), { sweep: false });
  accepted(await stock.putPool({ pool: 'tea' }));
  accepted(await stock.receive({ pool: 'tea', quantity: 1 }));
  const command = { lines: [{ pool: 'tea', quantity: 1 }] };
  const first = accepted(await stock.reserve(command, { key: 'last-unit' }));
  await Promise.all(Array.from({ length: 100 }, () => stock.receive({ pool: 'cup', quantity: 1 })));
  await stock.close();

  stock = await Stock.open(await openStore(path), { sweep: false });
  const again = await stock.reserve(command, { key: 'last-unit' });
  assert.deepEqual([accepted(again).id, again.ok && again.repeated], [first.id, true]);
  const other = { lines: [{ pool: 'tea', quantity: 2 }] };
  refused(await stock.reserve(other, { key: 'last-unit' }), 'key-reused');
  refused(await stock.reserve(command), 'insufficient-stock');
  await stock.close();
});
