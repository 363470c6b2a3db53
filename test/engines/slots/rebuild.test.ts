// Slots of a store that Redis has lost come back from the record under servers that are at work: each as it was, with
// what was undecided between them, so that nothing is sold twice and no units are gone.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { openEngine } from '../../../src/engines/open.ts';
import { rebuildRedis } from '../../../src/engines/redis/open-redis.ts';
import type { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { deciding, partOf, preparing } from '../../../src/engines/slots/forms.ts';
import { Placement } from '../../../src/engines/slots/placement.ts';
import type { SlotsEngine } from '../../../src/engines/slots/slots-engine.ts';
import { newId } from '../../../src/ids.ts';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { differences } from '../../support/both-sides.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { ownRedisMissing, startRedis } from '../../support/redis.ts';
import { freshSlots } from '../../support/redis-slots-kind.ts';
import { accepted, heldOnceThere } from '../../support/shop.ts';

const SLOTS = 3;
/** No busy machine keeps a server from recording for so long; 3 s were not enough once. */
const LEASE_MS = 6_000;
const WHILE_LOST = /lost this store|being rebuilt/;
const POOLS = ['tea', 'coffee', 'cup', 'spoon'];
const placement = new Placement(SLOTS);
const missing = ownRedisMissing() ?? postgresMissing();
const afterwards: (() => Promise<unknown>)[] = [];

async function emptyStore() {
  const [server, schema] = [await startRedis(), await freshSchema()];
  const { address } = await freshSlots(SLOTS, server.address);
  afterwards.push(
    () => server.remove(),
    () => schema.drop(),
  );
  const options = { record: schema.address, leaseMs: LEASE_MS };
  const open = async () => {
    const stock = await Stock.open(await openEngine(address, options));
    afterwards.push(() => stock.close());
    return stock;
  };
  const differ = () => differences({ redis: address, record: schema.address });
  return { server, address, options, open, differ };
}

async function filled(stock: Stock): Promise<void> {
  for (const pool of POOLS) {
    accepted(await stock.putPool({ pool }));
    accepted(await stock.receive({ pool, quantity: 5 }));
  }
}

const cart = { lines: POOLS.map((pool) => ({ pool, quantity: 1 })), holdForMs: 600_000 };

const held = (stock: Stock, key: string) => heldOnceThere(stock, cart, key);

async function available(stock: Stock): Promise<number[]> {
  return Promise.all(POOLS.map(async (pool) => (await stock.pool(pool))!.available));
}

/** All of it is in the journal, and each slot in Redis as the record says. */
async function agrees(stock: Stock): Promise<void> {
  await stock.engine.recorded!();
  assert.deepEqual((await verify(stock.engine)).problems, []);
  for (const slot of (stock.engine as SlotsEngine).slots) {
    assert.deepEqual(await (slot as RedisEngine).reconciling!.compareAll(), []);
  }
}

describe('rebuilding a store over slots', { skip: missing ?? false }, () => {
  afterEach(async () => {
    for (const end of afterwards.splice(0).reverse()) await end();
  });

  test('an emptied Redis: every slot comes back as it was, under two servers', async () => {
    const { server, open, differ } = await emptyStore();
    const [one, other] = [await open(), await open()];
    await filled(one);
    const [kept, sold] = [await held(one, 'kept'), await held(other, 'sold')];
    accepted(await one.confirm({ reservation: sold }, { key: 'paid' }));
    for (const { engine } of [one, other]) await engine.recorded!();
    await ask(server.address, ['FLUSHALL']);
    // What was under way in one slot while another was found empty is open, and said so first.
    const refused = await once(
      () => one.reserve(cart).catch((error: Error) => error.message),
      (found) => typeof found === 'string' && WHILE_LOST.test(found),
    );
    assert.match(String(refused), WHILE_LOST);
    assert.equal(await held(other, 'kept'), kept, 'its key is remembered');
    assert.equal(await held(one, 'kept'), kept);
    // What is repeated is known in one slot; a new cart takes all, and then they are there again for its server.
    const [next, dropped] = [await held(other, 'next'), await held(one, 'dropped')];
    for (const { engine } of [one, other]) await engine.recorded!();
    assert.deepEqual(await differ(), []);
    const paid = await other.confirm({ reservation: sold }, { key: 'paid' });
    assert.ok(paid.ok && paid.repeated);
    assert.equal((await one.reservation(sold))?.status, 'CONFIRMED');
    for (const reservation of [kept, dropped]) accepted(await one.cancel({ reservation }));
    accepted(await other.confirm({ reservation: next }));
    assert.deepEqual(await available(one), [3, 3, 3, 3]);
    for (const stock of [one, other]) await agrees(stock);
  });

  test('what was undecided comes back undecided, and is ended as home has decided', async () => {
    const { server, open } = await emptyStore();
    const stock = await open();
    await filled(stock);
    const { slots } = stock.engine as SlotsEngine;
    const slot = placement.ofOwner('tea');
    const home = (slot + 1) % SLOTS;
    const partIn = async (decision: string) => {
      const share = {
        ...{ guards: [], floors: [], writes: [] },
        moves: [{ move: 0, from: 'tea/available', to: 'tea/supply', quantity: 1 }],
      };
      const none = { before: new Map(), floorsBefore: new Map() };
      const part = partOf({ decision, home }, { slot, id: newId(), share, ...none });
      assert.ok((await (await slots[slot]!.commit([preparing(part)]))[0])!.ok);
      return part;
    };
    const [left, decided] = [newId(), newId()];
    await partIn(left);
    const decision = deciding({
      ...{ decision: decided, home, parts: [await partIn(decided)], request: undefined },
      ...{ share: { guards: [], floors: [], moves: [], writes: [] }, events: [], answer: {} },
    });
    assert.ok((await (await slots[home]!.commit([decision]))[0])!.ok);
    await stock.engine.recorded!();
    await ask(server.address, ['FLUSHALL']);
    const tea = await once(
      () =>
        stock.engine.owners(['tea']).then(
          ([owner]) => owner?.accounts,
          () => undefined,
        ),
      (accounts) => accounts?.['in-transit']?.balance === 0,
    );
    const balances = [tea?.available?.balance, tea?.supply?.balance, tea?.['in-transit']?.balance];
    assert.deepEqual(balances, [4, -4, 0], 'one is taken back, one is carried out');
    // The other slots may come back later.
    await held(stock, 'after');
    await agrees(stock);
  });

  test('one slot that is lost stops what needs it, and nothing else', async () => {
    const { server, open, differ } = await emptyStore();
    const stock = await open();
    await filled(stock);
    await held(stock, 'kept');
    await stock.engine.recorded!();
    const { slots } = stock.engine as SlotsEngine;
    const lost = placement.ofOwner('tea');
    const other = POOLS.find((pool) => placement.ofOwner(pool) !== lost)!;
    await ask(server.address, ['DEL', ...(slots[lost] as RedisEngine).keys.all]);
    const line = (pool: string) => ({ lines: [{ pool, quantity: 1 }] });
    await assert.rejects(stock.reserve(line('tea')), /lost this store|being rebuilt/);
    const sold = accepted(await stock.reserve(line(other)));
    accepted(await stock.confirm({ reservation: sold.id }));
    await held(stock, 'again');
    await stock.engine.recorded!();
    assert.deepEqual(await differ(), []);
    await agrees(stock);
  });

  test('a person says that another Redis takes over: all slots of it', async () => {
    const { address, options, open } = await emptyStore();
    const stock = await open();
    await filled(stock);
    const kept = await held(stock, 'kept');
    await stock.engine.recorded!();
    const empty = await startRedis();
    afterwards.push(() => empty.remove());
    const there = new URL(address);
    there.host = new URL(empty.address).host;
    const answer = await rebuildRedis(there.href, options);
    assert.ok(answer.ok && answer.counts.documents >= POOLS.length, JSON.stringify(answer));
    const refused = await stock.reserve(cart).catch((error: Error) => error.message);
    assert.equal(typeof refused, 'string', 'two Redis sell');
    const next = await Stock.open(await openEngine(there.href, options));
    afterwards.push(() => next.close());
    assert.equal(await held(next, 'kept'), kept);
    await agrees(next);
  });
});
