// A journal whose lines are of the form before this one is opened, goes on in today's form, and
// remembers what was accepted under a key.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openJournalWriter } from '../../../src/engines/sqlite/files.ts';
import { SqliteEngine } from '../../../src/engines/sqlite/sqlite-engine.ts';
import { Stock } from '../../../src/index.ts';
import { verify } from '../../../src/verify/verify.ts';
import { newPath, tablesCaughtUp } from './store-files.ts';

const AT_MS = 1_795_000_000_000;
const RESERVATION = '01a1f888-cf04-73e4-a464-d9c3307a73e6';

const POOL = {
  ...{ id: 'pool:tea', kind: 'pool', version: 1, state: 'OPEN' },
  ...{
    createdAtMs: AT_MS,
    updatedAtMs: AT_MS,
    claims: [],
    data: { product: 'tea', place: 'main' },
  },
};
const HELD = {
  ...{ id: RESERVATION, kind: 'reservation', version: 1, state: 'HELD' },
  ...{ createdAtMs: AT_MS, updatedAtMs: AT_MS },
  claims: [{ account: 'tea/held', undo: { release: 'tea' }, quantity: 2 }],
  data: { lines: [{ pool: 'tea', asked: 2 }], capAtMs: AT_MS + 86_400_000 },
  ...{ buyer: 'Grüße\t"', owners: ['tea'], deadlineMs: AT_MS + 3_000_000_000 },
};
const REQUEST = { principal: 'local', key: 'order-7', hash: '1x2y3z' };
const SUPPLY = { account: 'tea/supply', floor: -Number.MAX_SAFE_INTEGER };
const ENTRIES: [object, ...object[]][] = [
  [
    {
      ...{ position: 1, atMs: AT_MS, granted: [], moves: [], floors: [SUPPLY], seqs: [['tea', 1]] },
      events: [{ type: 'pool.created', subject: 'pool:tea' }],
    },
    POOL,
  ],
  [
    {
      ...{ position: 2, atMs: AT_MS, granted: [5], seqs: [['tea', 2]] },
      moves: [{ from: 'tea/supply', to: 'tea/available', quantity: 5 }],
      events: [{ type: 'stock.received', subject: 'tea', data: { reference: 'lorry' } }],
    },
  ],
  [
    {
      ...{ position: 3, atMs: AT_MS, request: REQUEST, granted: [2], seqs: [['tea', 3]] },
      moves: [{ from: 'tea/available', to: 'tea/held', quantity: 2 }],
      events: [{ type: 'reservation.held', subject: RESERVATION }],
    },
    HELD,
  ],
];

it('lines of the form before this one are read, and answered for', async (t) => {
  const path = newPath();
  const journal = openJournalWriter(path);
  const body = ENTRIES.map((parts) => parts.map((part) => JSON.stringify(part)).join('\t'));
  journal
    .prepare('INSERT INTO journal (first, last, at_ms, body) VALUES (1, 3, ?, ?)')
    .run(AT_MS, Buffer.from(body.join('\n')));
  journal.close();
  const time = { wallMs: () => AT_MS + 1_000, monotonicMs: () => 0 };
  for (const [opening, available] of [
    ['first', 3],
    ['again', 2],
  ] as const) {
    const engine = await SqliteEngine.open(path, { time });
    const stock = await Stock.open(engine, { sweep: false });
    t.after(() => stock.close());
    const found = await stock.reservation(RESERVATION);
    assert.equal(found?.buyer, HELD.buyer);
    const pool = await stock.pool('tea');
    assert.deepEqual([pool?.available, pool?.held, pool?.supply], [available, 5 - available, -5]);
    const again = await stock.reserve(
      { lines: [{ pool: 'tea', quantity: 2 }] },
      { key: 'order-7' },
    );
    assert.ok(again.ok && again.repeated, 'a key from before is known');
    assert.equal(again.value.id, RESERVATION);
    await tablesCaughtUp(engine);
    const { documents } = await engine.find({ kind: 'reservation', owner: 'tea', limit: 5 });
    assert.equal(documents.at(-1)?.id, RESERVATION);
    const newer = await stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }, { key: opening });
    assert.ok(newer.ok);
    const report = await verify(engine);
    assert.deepEqual(report.problems, []);
    await stock.close();
  }
});
