// Money moves on what is recorded alone: while the record behind a store in Redis is held up, no provider is asked for
// anything that changes what it has, by nobody, and what Redis loses meanwhile has moved none.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import pg from 'pg';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { once } from '../../../src/engines/conformance/once.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { RecordedInPostgres } from '../../../src/engines/redis/recorded-in-postgres.ts';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { orderData } from '../../../src/kernel/order.ts';
import { Stock } from '../../../src/stock.ts';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { ownRedisMissing, type RedisServer, startRedis } from '../../support/redis.ts';
import { accepted } from '../../support/shop.ts';
import { LedgerProvider } from './ledger-provider.ts';

/** Longer than the test: the lease is not what it is about. */
const LEASE_MS = 600_000;
const TURN_PASSED_MS = 120_000;
const CART = { lines: [{ pool: 'tea', quantity: 1, unitPrice: 500 }], currency: 'EUR' };
const NOT_RECORDED = { code: 'unavailable', message: /not recorded yet/ };
const missing = ownRedisMissing() ?? postgresMissing();

describe('while nothing is recorded', { skip: missing ?? false }, () => {
  const endings: (() => Promise<unknown>)[] = [];
  let redis: RedisServer;
  let record: string;
  let time: ManualTime;
  let stock: Stock;
  let uses: Uses;
  let ledger: LedgerProvider;
  let failed: unknown[];

  beforeEach(async () => {
    [redis, ledger, time] = [await startRedis(), new LedgerProvider(), new ManualTime()];
    endings.push(() => redis.remove());
    const schema = await freshSchema();
    endings.push(() => schema.drop());
    record = schema.address;
    const remembering = await RecordedInPostgres.open(record, { time });
    const options = { remembering, time, leaseMs: LEASE_MS };
    stock = await Stock.open(await RedisEngine.open(redis.address, options), { sweep: false });
    endings.push(() => stock.close());
    failed = [];
    stock.parts.turns.onError = (error) => failed.push(error);
    uses = await openUses(stock, { providers: [ledger] });
    endings.push(() => uses.close());
    accepted(await stock.putPool({ pool: 'tea' }));
    accepted(await stock.receive({ pool: 'tea', quantity: 5 }));
    accepted(await uses.orders.putPolicy({ channel: 'default', capture: 'manual' }));
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  /** Holds the recorder up, as a lock of somebody else does; nothing else waits for it. */
  async function holdRecord() {
    const { connectionString, schema } = postgresAddress(record);
    const holder = new pg.Client({ connectionString });
    await holder.connect();
    await holder.query(`BEGIN; LOCK TABLE "${schema}".record IN ACCESS EXCLUSIVE MODE`);
    return {
      release: () => holder.end(),
      /** What waits for it at this moment is not done when it is released. */
      async breakOff(): Promise<void> {
        const table = [`"${schema}".record`];
        const { rows } = await holder.query(
          'SELECT pid, pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = $1::regclass',
          table,
        );
        const ended = [rows.map(({ pid }) => pid)];
        const left = 'SELECT 1 FROM pg_locks WHERE pid = ANY($1)';
        const last = await once(
          () => holder.query(left, ended),
          ({ rowCount }) => rowCount === 0,
        );
        assert.equal(last.rowCount, 0);
      },
    };
  }

  /** Somebody is given the payment to work on, and has ended. */
  async function turn(): Promise<void> {
    time.passMs(TURN_PASSED_MS);
    await stock.sweep();
    await stock.parts.turns.idle();
  }

  test('what is authorised is not captured before its sale is recorded', async () => {
    const { id: order } = accepted(await uses.orders.checkout(CART));
    const { id: payment } = accepted(await uses.payments.start({ order }));
    ledger.pay(payment);
    const callback = Buffer.from(JSON.stringify(ledger.sent.at(-1)));
    const { release } = await holdRecord();
    const told = assert.rejects(uses.payments.callback('ledger', callback, {}), NOT_RECORDED);
    const [sold] = await once(
      () => stock.engine.documents([payment]),
      ([found]) => found?.state === 'SECURED',
    );
    assert.equal(sold?.state, 'SECURED', 'Redis has not decided it');
    await turn();
    await told;
    assert.deepEqual(ledger.taken(payment), { captured: 0, setAside: 500 });
    assert.equal(failed.length, 1, 'nobody was given the payment');

    await release();
    const taken = await once(
      async () => {
        await turn();
        return ledger.taken(payment);
      },
      ({ captured }) => captured > 0,
    );
    assert.deepEqual(taken, { captured: 500, setAside: 0 });
    assert.equal((await uses.orders.order(order))?.status, 'CONFIRMED');
  });

  test('a payment that Redis then loses was never heard of by its provider', async () => {
    const { id: order } = accepted(await uses.orders.checkout(CART));
    const { breakOff, release } = await holdRecord();
    const started = assert.rejects(uses.payments.start({ order }), NOT_RECORDED);
    const [begun] = await once(
      () => stock.engine.documents([order]),
      ([found]) => found !== undefined && orderData(found).openPayments !== undefined,
    );
    const [payment = ''] = orderData(begun!).openPayments ?? [];
    await turn();
    await started;
    assert.equal(failed.length, 1, 'nobody was given the payment');
    await ask(redis.address, ['FLUSHALL']);
    await breakOff();
    await release();
    const watching = await RecordedInPostgres.open(record, { existing: true });
    const kept = await watching.past.documents([order, payment]);
    await watching.close();
    assert.deepEqual(
      kept.map((document) => document?.state),
      ['RESERVED', undefined],
    );
    assert.equal(ledger.accounts.size, 0);
  });
});
