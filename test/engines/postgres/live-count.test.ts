// How many documents are live is counted from the journal, so that every server knows it of all.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Transaction } from '../../../src/engines/contract.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';

const note = (id: string, final = false): Transaction => ({
  writes: [{ id, kind: 'note', state: 'NEW', data: {}, final }],
  events: [],
});

it('two servers count the documents of both', { skip: postgresMissing() ?? false }, async () => {
  const { address, drop } = await freshSchema();
  const first = await PostgresEngine.open(address);
  const second = await PostgresEngine.open(address);
  const known = async (live: number) => {
    for (const engine of [first, second]) {
      const untilMs = performance.now() + 60_000;
      while (engine.health().live !== live && performance.now() < untilMs) {
        await new Promise(setImmediate);
      }
      assert.equal(engine.health().live, live);
    }
  };
  await first.commit([note('a'), note('b'), note('c', true)]);
  await second.commit([note('d')]);
  await known(3);
  await second.commit([note('a', true)]);
  await first.commit([note('d')]);
  await known(2);
  await first.close();
  await second.close();
  const third = await PostgresEngine.open(address);
  assert.equal(third.health().live, 2);
  await third.close();
  await drop();
});
