// What cannot be written must not be decided: a transaction that is no JSON fails alone, and memory,
// journal and neighbours are as if it had never come.

import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Json, JsonObject, Transaction } from '../../../src/engines/contract.ts';
import type { SqliteEngine } from '../../../src/engines/sqlite/sqlite-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { accepted } from '../../support/shop.ts';
import { newPath, openStore, receiving } from './store-files.ts';

let engine: SqliteEngine;
let stock: Stock;
before(async () => {
  engine = await openStore(newPath());
  stock = await Stock.open(engine, { sweep: false });
  accepted(await stock.putPool({ pool: 'tea' }));
  accepted(await stock.receive({ pool: 'tea', quantity: 10 }));
});
after(() => stock.close());

/** Sells a unit and writes down a number that JSON does not know. */
function unwritable(): Transaction {
  return {
    moves: [{ legs: [{ from: 'tea/available', to: 'tea/sold' }], quantity: 1 }],
    writes: [{ id: 'n', kind: 'note', state: 'NEW', data: { count: 1n as unknown as Json } }],
    events: [],
  };
}

it('a batch that cannot be written changes nothing', async () => {
  const { position } = engine.health();
  const [before] = await engine.owners(['tea']);
  await assert.rejects(engine.commit([receiving(1), unwritable()]), TypeError);
  assert.deepEqual(await engine.owners(['tea']), [before]);
  assert.equal(engine.peek('n'), undefined);
  const [outcome] = await engine.commit([receiving(1)]);
  assert.ok(outcome?.ok && engine.health().position === position + 1);
  assert.equal((await engine.entries({ after: position, limit: 9 })).length, 1);
});

for (const value of [5n, 'another'] as unknown as Json[]) {
  it(`what a caller does to its metadata afterwards is its own: ${typeof value}`, async () => {
    const metadata: JsonObject = { gift: 'yes', list: [1] };
    const available = (await stock.pool('tea'))!.available;
    const asked = stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }], metadata });
    metadata.gift = value;
    (metadata.list as Json[]).push(2);
    const { id } = accepted(await asked);
    assert.equal((await stock.pool('tea'))!.available, available - 1);
    const shown = (await stock.reservation(id))!.metadata!;
    assert.deepEqual({ ...shown }, { gift: 'yes', list: [1] });
    shown.gift = value;
    accepted(await stock.confirm({ reservation: id }));
    assert.equal((await stock.reservation(id))!.metadata!.gift, 'yes');
    assert.ok((await verify(engine)).ok);
  });
}
