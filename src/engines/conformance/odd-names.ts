// Names and texts that trip up careless stores: words that objects have of their own, other scripts,
// signs outside the first plane, quotes, and the longest that is allowed.

import assert from 'node:assert/strict';
import type { Behaviour, Case } from './behaviour.ts';
import { holding, letGo, note } from './bench.ts';
import { decidedOf } from './outcomes.ts';

const POOLS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '0',
  '-1',
  '1e3',
  'NULL',
  'a:b@c.d_e-f',
  'pool:pool',
  'x'.repeat(128),
];

const TEXTS = [
  'grüße',
  '数量不足',
  '🎫🪑',
  '👩‍👩‍👧',
  "O'Brien; DROP TABLE",
  '"quoted"',
  'back\\slash',
  'line\nbreak\ttab',
  ' edges ',
  '%_*?',
  '\u2028\u202e\ufeff',
  '\u00e9',
  'e\u0301',
  '\u0001\u001f\u007f',
];

const livesAs = (pool: string): Case => {
  return async (bench) => {
    const id = bench.own('r');
    await bench.pool(pool);
    await bench.fill(`${pool}/available`, 3);
    await bench.accept(holding(id, pool, 2, { forMs: 1_000 }));
    assert.equal(await bench.balance(`${pool}/held`), 2);
    bench.time.passMs(1_000);
    await bench.accept(letGo((await bench.engine.due(1))[0]!));
    assert.equal(await bench.balance(`${pool}/available`), 3);
    assert.equal((await bench.owner(pool))?.owner, pool);
    assert.equal((await bench.owner(pool))?.document?.id, `pool:${pool}`);
    await bench.listed(pool);
    const listed = await bench.engine.pools({ limit: 99 });
    const owners = listed.map(({ owner }) => owner);
    assert.ok(owners.includes(pool));
    assert.deepEqual(owners, [...owners].sort());
    await bench.journal();
    const past = await bench.engine.balancesAt(pool, bench.time.wallMs());
    assert.deepEqual([past?.available, past?.supply], [3, -3]);
    const page = await bench.find({ kind: 'reservation', owner: pool, limit: 9 });
    assert.deepEqual(
      page.documents.map(({ id }) => id),
      [id],
    );
  };
};

const keeps = (text: string): Case => {
  return async (bench) => {
    const id = bench.own('n');
    const request = { principal: text, key: text, hash: '1' };
    const account = `!two!!${encodeURIComponent(text)}/used`;
    const data = { [text]: [text] };
    const found = { buyer: text, reference: text };
    const entry = await bench.accept({
      request,
      floors: [{ account, floor: -1 }],
      moves: [
        { legs: [{ from: account, to: `!two!!${encodeURIComponent(text)}/granted` }], quantity: 1 },
      ],
      writes: [note(id, { data, ...found, claims: [{ move: 0, leg: 0, undo: account }] })],
      events: [{ type: 'noted', subject: id, data: { text } }],
    });
    assert.deepEqual(decidedOf((await bench.journal()).at(-1)!), entry);
    assert.deepEqual((await bench.document(id))?.data, data);
    const again = await bench.commit({ request });
    assert.ok(again.ok && again.repeated);
    const page = await bench.find({ kind: 'note', limit: 9, ...found });
    assert.deepEqual(
      page.documents.map((document) => document.id),
      [id],
    );
  };
};

export const oddNames: Behaviour = {
  title: 'odd names and texts',
  shared: true,
  cases: {
    ...Object.fromEntries(
      POOLS.map((pool) => [`a pool called ${pool.slice(0, 20)}`, livesAs(pool)]),
    ),
    ...Object.fromEntries(TEXTS.map((text) => [`the text ${JSON.stringify(text)}`, keeps(text)])),
    'two ways to write one letter stay two texts': async (bench) => {
      const request = { principal: bench.own('p'), key: '\u00e9', hash: '1' };
      await bench.accept({ request });
      await bench.accept({ request: { ...request, key: 'e\u0301' } });
    },
    'case is told apart': async (bench) => {
      await bench.fill('Tea/available', 1);
      assert.equal(await bench.balance('tea/available'), 0);
    },
  },
};
