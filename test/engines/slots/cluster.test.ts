// A store over slots on the masters of a real Redis Cluster: what it sells, and that it goes on selling, once each,
// while a slot is moved from one master to another and when a master has lost what it had.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { openEngine } from '../../../src/engines/open.ts';
import { slotNamespaces } from '../../../src/engines/redis/open-slots.ts';
import { Placement } from '../../../src/engines/slots/placement.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { differences } from '../../support/both-sides.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { RedisCluster } from '../../support/redis/cluster-server.ts';
import { ask } from '../../support/redis/server.ts';
import { redisClusterMissing } from '../../support/redis.ts';
import { accepted } from '../../support/shop.ts';

const SLOTS = 6;
const UNITS = 40;
/** No busy machine keeps a server from recording for so long. */
const LEASE_MS = 5_000;
/** Patience with a lease and a rebuilding on a busy machine. */
const BACK_MAX_MS = 60_000;
const POOLS = ['tea', 'coffee', 'cup', 'spoon'];
const placement = new Placement(SLOTS);
const missing = redisClusterMissing() ?? postgresMissing();
const afterwards: (() => Promise<unknown>)[] = [];

describe('a store over the masters of a cluster', { skip: missing ?? false }, () => {
  let cluster: RedisCluster;
  before(async () => {
    cluster = await RedisCluster.start();
  });
  after(() => cluster?.remove());
  afterEach(async () => {
    for (const end of afterwards.splice(0).reverse()) await end();
  });

  async function emptyStore() {
    const schema = await freshSchema();
    afterwards.push(() => schema.drop());
    const namespace = `test_${randomBytes(8).toString('hex')}`;
    const address = cluster.addressOf({ namespace, slots: SLOTS });
    const tags = slotNamespaces(namespace, SLOTS).map((name) => `{${name}}`);
    const open = async () => {
      const stock = await Stock.open(
        await openEngine(address, { record: schema.address, leaseMs: LEASE_MS }),
      );
      afterwards.push(() => stock.close());
      return stock;
    };
    const differ = () => differences({ redis: address, record: schema.address });
    return { address, record: schema.address, tags, open, differ };
  }

  async function filled(stock: Stock): Promise<void> {
    for (const pool of POOLS) {
      accepted(await stock.putPool({ pool }));
      accepted(await stock.receive({ pool, quantity: UNITS }));
    }
  }

  /** One shopper, until all is sold: what he was told that he has. */
  async function shop(stock: Stock, pools: readonly string[], name: string): Promise<number> {
    const lines = pools.map((pool) => ({ pool, quantity: 1 }));
    let [bought, awaySinceMs] = [0, Number.POSITIVE_INFINITY];
    while (true) {
      const key = `${name}-${bought}`;
      try {
        const answer = await stock.reserve({ lines, holdForMs: 600_000 }, { key });
        awaySinceMs = Number.POSITIVE_INFINITY;
        if (!answer.ok) {
          assert.equal(answer.code, 'insufficient-stock');
          return bought;
        }
        accepted(await stock.confirm({ reservation: answer.value.id }, { key: `${key}-paid` }));
        bought += 1;
      } catch (error) {
        // Its key tells what became of it.
        if (!(error instanceof HoldfastError)) throw error;
        awaySinceMs = Math.min(awaySinceMs, performance.now());
        assert.ok(performance.now() - awaySinceMs < BACK_MAX_MS, error.message);
        await new Promise(setImmediate);
      }
    }
  }

  /** All was sold, once. */
  async function soldOnce(stock: Stock, bought: readonly number[]): Promise<void> {
    const units = bought.reduce((sum, each) => sum + each, 0);
    assert.equal(units, UNITS);
    for (const pool of POOLS) {
      const { available, held, sold } = (await stock.pool(pool))!;
      assert.deepEqual(
        { pool, available, held, sold },
        { pool, available: 0, held: 0, sold: UNITS },
      );
    }
    await stock.engine.recorded!();
    assert.deepEqual((await verify(stock.engine)).problems, []);
  }

  test('lies on all of them, and is sold', async () => {
    const { tags, open, differ } = await emptyStore();
    const [one, other] = [await open(), await open()];
    await filled(one);
    const masters = new Set(await Promise.all(tags.map((tag) => cluster.masterOf(tag))));
    assert.ok(masters.size > 1, 'every slot is on one master');
    const bought = await Promise.all([shop(one, POOLS, 'ann'), shop(other, POOLS, 'bob')]);
    await soldOnce(one, bought);
    await other.engine.recorded!();
    assert.deepEqual(await differ(), []);
  });

  test('a slot moves to another master while it is sold from', async () => {
    const { tags, open, differ } = await emptyStore();
    const [one, other] = [await open(), await open()];
    await filled(one);
    const tag = tags[placement.ofOwner('tea')]!;
    const shopping = [shop(one, POOLS, 'ann'), shop(other, POOLS.toReversed(), 'bob')];
    await once(
      async () => (await one.pool('tea'))!.available,
      (available) => available < UNITS,
    );
    const to = ((await cluster.masterOf(tag)) + 1) % 3;
    await cluster.move(tag, to);
    await soldOnce(one, await Promise.all(shopping));
    assert.equal(await cluster.masterOf(tag), to);
    await other.engine.recorded!();
    assert.deepEqual(await differ(), []);
  });

  test('a master that has lost what it had: its slots come back, the others sell on', async () => {
    const { tags, open, differ } = await emptyStore();
    const [one, other] = [await open(), await open()];
    await filled(one);
    const shopping = [shop(one, POOLS, 'ann'), shop(other, POOLS.toReversed(), 'bob')];
    await once(
      async () => (await one.pool('tea'))!.available,
      (available) => available < UNITS,
    );
    const master = await cluster.masterOf(tags[placement.ofOwner('tea')]!);
    await ask(cluster.addresses[master]!, ['FLUSHALL']);
    await soldOnce(one, await Promise.all(shopping));
    await other.engine.recorded!();
    assert.deepEqual(await differ(), []);
  });

  test('is told apart from one Redis', async () => {
    const { address, record } = await emptyStore();
    const alone = address.replace('redis+cluster:', 'redis:').replace(/&node=[^&]*/g, '');
    await assert.rejects(openEngine(alone, { record }), /say redis\+cluster:/);
  });
});
