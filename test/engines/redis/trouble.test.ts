// What happens when Redis is full or does not answer, and when PostgreSQL has no connection left: typed refusals,
// nothing half done, and all of it goes on by itself afterwards.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { RecordedInPostgres } from '../../../src/engines/redis/recorded-in-postgres.ts';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { takeConnections } from '../../support/all-connections.ts';
import {
  freshSchema,
  ownPostgresMissing,
  type PostgresServer,
  startPostgres,
} from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { endLease, ownRedisMissing, type RedisServer, startRedis } from '../../support/redis.ts';
import { accepted, failure } from '../../support/shop.ts';

const line = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 600_000 };
/** More than anybody can take meanwhile. */
const UNITS = 1_000_000;
const missing = ownRedisMissing() ?? ownPostgresMissing();

describe('a store in Redis in trouble', { skip: missing ?? false }, () => {
  const endings: (() => Promise<unknown>)[] = [];
  let redis: RedisServer;

  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function opened({ server, leaseMs }: { server?: PostgresServer; leaseMs?: number } = {}) {
    redis = await startRedis();
    endings.push(() => redis.remove());
    const { address, drop } = await freshSchema(server?.address);
    if (server === undefined) endings.push(drop);
    const remembering = await RecordedInPostgres.open(address);
    const engine = await RedisEngine.open(redis.address, {
      remembering,
      ...(leaseMs === undefined ? {} : { leaseMs }),
    });
    const stock = await Stock.open(engine, { sweep: false });
    endings.push(() => stock.close());
    accepted(await stock.putPool({ pool: 'tea' }));
    accepted(await stock.receive({ pool: 'tea', quantity: UNITS }));
    return stock;
  }

  async function allRecorded(engine: Engine): Promise<void> {
    await engine.entries({ after: 0, limit: 1 });
  }

  const balances = async (stock: Stock) => {
    const tea = await stock.pool('tea');
    return [tea?.available, tea?.held];
  };

  test('full: refused whole as disk-full, while recording goes on and makes room', async () => {
    const stock = await opened();
    const { id } = accepted(await stock.reserve(line));
    await ask(redis.address, ['CONFIG', 'SET', 'maxmemory', '1']);
    assert.equal(await failure(stock.reserve(line, { key: 'full' })), 'disk-full');
    assert.equal(await failure(stock.cancel({ reservation: id })), 'disk-full');
    assert.deepEqual(await balances(stock), [UNITS - 1, 1]);
    const { keys } = stock.engine as RedisEngine;
    const left = await once(
      async () => Number(await ask(redis.address, ['XLEN', keys.stream])),
      (count) => count === 0,
    );
    assert.equal(left, 0, 'what is recorded did not leave');
    // Who leads says so again and again: what is left of it goes up now and then.
    let leftMs = Number(await ask(redis.address, ['PTTL', keys.leader]));
    const isRenewed = await once(
      async () => {
        const before = leftMs;
        leftMs = Number(await ask(redis.address, ['PTTL', keys.leader]));
        return leftMs > before;
      },
      (found) => found,
    );
    assert.ok(isRenewed, 'nobody records');
    assert.doesNotMatch(stock.engine.health().detail, /nothing is recorded/);
    await ask(redis.address, ['CONFIG', 'SET', 'maxmemory', '0']);
    const late = await stock.reserve(line, { key: 'full' });
    assert.ok(late.ok && !late.repeated, 'the refused one was kept');
    accepted(await stock.cancel({ reservation: id }));
    await allRecorded(stock.engine);
    assert.deepEqual(await balances(stock), [UNITS - 1, 1]);
  });

  test('does not answer: unavailable after a time, and the same command under its key tells', async () => {
    const stock = await opened();
    redis.pause();
    const hanging = failure(stock.reserve(line, { key: 'hung' }));
    assert.equal(await hanging, 'unavailable');
    redis.resume();
    const again = await once(
      () => stock.reserve(line, { key: 'hung' }).catch(() => undefined),
      (answer) => answer !== undefined,
    );
    assert.ok(again?.ok);
    assert.deepEqual(await balances(stock), [UNITS - 1, 1], 'it counted twice, or not at all');
  });

  test('no connection to PostgreSQL left: it decides on its lease, is unavailable, and comes back', async () => {
    const server = await startPostgres({ settings: { max_connections: '40' } });
    endings.push(() => server.remove());
    // For longer than any machine needs to take all connections.
    const stock = await opened({ server, leaseMs: 30_000 });
    await allRecorded(stock.engine);
    const takers = await takeConnections(server.address);
    let round = 0;
    const reserve = async () => {
      round += 1;
      return failure(stock.reserve(line, { key: `round ${round}` }));
    };
    while (round < 100) assert.equal(await reserve(), undefined, 'it may decide on its lease');
    await endLease(redis.address, (stock.engine as RedisEngine).keys);
    assert.equal(await reserve(), 'unavailable');
    for (const taker of takers) await taker.end();
    const back = await once(reserve, (code) => code === undefined);
    assert.equal(back, undefined);
    // Whatever became of each of them, sent again it counts once.
    for (let sent = 1; sent <= round; sent += 1) {
      accepted(await stock.reserve(line, { key: `round ${sent}` }));
    }
    await allRecorded(stock.engine);
    assert.deepEqual(await balances(stock), [UNITS - round, round]);
    assert.deepEqual(await (stock.engine as RedisEngine).reconciling!.compareAll(), []);
  });
});
