// The PostgreSQL engine behind PgBouncer in transaction mode: it passes the suite, leaves nothing on the
// connections that others get next, and hears of other servers, woken past the pooler or by looking.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import type { EngineUnderTest } from '../../../src/engines/conformance/bench.ts';
import { runConformance } from '../../../src/engines/conformance/conformance.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { type PgBouncer, pgbouncerMissing, startPgBouncer } from '../../support/pgbouncer.ts';
import { freshSchema, providePostgres } from '../../support/postgres.ts';

const HELD_AT_ONCE = 4;

describe('behind PgBouncer in transaction mode', { skip: pgbouncerMissing() ?? false }, () => {
  let direct: string;
  let bouncer: PgBouncer;
  before(async () => {
    direct = await providePostgres();
    bouncer = await startPgBouncer(direct);
  });
  after(() => bouncer?.end());

  const addresses = new WeakMap<Engine, string>();
  const open = async (address: string, time?: Parameters<EngineUnderTest['open']>[0]) => {
    const engine = await PostgresEngine.open(address, time === undefined ? {} : { time });
    addresses.set(engine, address);
    return engine;
  };
  const pooled = async (more = '') => {
    const { address, schema } = await freshSchema();
    return { schema, address: `${bouncer.through(address)}&pooler=transaction${more}` };
  };
  const ask = async (address: string, sql: string) => {
    const client = new Client({ connectionString: address });
    await client.connect();
    return (await client.query(sql).finally(() => client.end())).rows;
  };

  runConformance(
    {
      name: 'postgres behind PgBouncer',
      open: async (time) => open((await pooled()).address, time),
      reopen: (closed, time) => open(addresses.get(closed)!, time),
    },
    { concurrency: 4 },
  );

  test('leaves no settings on connections that others get next', async () => {
    const engine = await open((await pooled()).address);
    await Promise.all(await engine.commit([{ events: [{ type: 'note', subject: 'tea' }] }]));
    await engine.close();
    const clients = Array.from(
      { length: HELD_AT_ONCE },
      () => new Client({ connectionString: bouncer.through(direct) }),
    );
    await Promise.all(clients.map((client) => client.connect()));
    // All at once, so that each has another connection of the pool.
    await Promise.all(clients.map((client) => client.query('BEGIN')));
    for (const client of clients) {
      const { rows } = await client.query(
        `SELECT current_setting('enable_seqscan') AS seqscan, current_setting('jit') AS jit,
           (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
           (SELECT count(*)::int FROM pg_listening_channels()) AS listening`,
      );
      assert.deepEqual(rows, [{ seqscan: 'on', jit: 'on', prepared: 0, listening: 0 }]);
    }
    await Promise.all(clients.map((client) => client.end()));
  });

  const listening = (schema: string) =>
    ask(direct, `SELECT 1 AS one FROM pg_stat_activity WHERE query = 'LISTEN "${schema}"'`);

  for (const wake of [false, true]) {
    test(`hears of another server ${wake ? 'when woken past it' : 'by looking'}`, async () => {
      const { address, schema } = await pooled(wake ? `&wake=${encodeURIComponent(direct)}` : '');
      const [one, other] = [await open(address), await open(address)];
      try {
        const heard = new Promise((resolve) => other.follow(([entry]) => resolve(entry!.events)));
        const events = [{ type: 'note', subject: 'tea' }];
        await Promise.all(await one.commit([{ events }]));
        assert.deepEqual(await heard, events);
        assert.equal((await listening(schema)).length, wake ? 2 : 0);
      } finally {
        await Promise.all([one.close(), other.close()]);
      }
    });
  }

  test('an address that cannot be meant is refused', async () => {
    const { address } = await freshSchema();
    for (const wrong of ['pooler=session', 'prepare=no', 'wake=here']) {
      await assert.rejects(open(`${address}&${wrong}`), RangeError);
    }
  });
});
