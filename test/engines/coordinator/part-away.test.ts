// A part whose PostgreSQL is away: what needs it is refused by name, everything else goes on, also over a
// restart of the server, and once it is back it is used again.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { HoldfastError } from '../../../src/errors.ts';
import { ownPostgresMissing, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { openSpread } from '../../support/spread-kind.ts';
import { SpreadShop, taking } from './spread-store.ts';

const BACK_MAX_MS = 60_000;

const isAway = (error: unknown) =>
  error instanceof HoldfastError &&
  error.code === 'unavailable' &&
  /^the part south cannot be used: /.test(error.message);

async function shopWithSouth(t: TestContext): Promise<{ shop: SpreadShop; south: PostgresServer }> {
  const south = await startPostgres();
  t.after(() => south.remove());
  const shop = await SpreadShop.open([undefined, undefined, south.address]);
  t.after(async () => {
    await shop.engine.close();
    await shop.store.home.drop();
  });
  return { shop, south };
}

/** What an engine answers, once for each of the batch. */
async function answersOf(shop: SpreadShop, ...batch: ReturnType<typeof taking>[]) {
  const outcomes = await Promise.allSettled(await shop.engine.commit(batch));
  return outcomes.map((each) => (each.status === 'fulfilled' ? each.value.ok : each.reason));
}

async function untilTaken(shop: SpreadShop): Promise<void> {
  const untilMs = performance.now() + BACK_MAX_MS;
  while (performance.now() < untilMs) {
    const [answer] = await answersOf(shop, taking('south:tea'));
    if (answer === true) return;
    assert.ok(isAway(answer), String(answer));
    await new Promise(setImmediate);
  }
  assert.fail('it does not come back');
}

describe('a part that is away', { skip: ownPostgresMissing() ?? false }, () => {
  it('fails those that need it, and comes back by itself', async (t) => {
    const { shop, south } = await shopWithSouth(t);
    await south.stop('immediate');
    const pools = ['tea', 'north:tea', 'south:tea'] as const;
    const [home, north, away, both] = await answersOf(
      shop,
      ...pools.map((pool) => taking(pool)),
      taking('tea', 'south:tea'),
    );
    assert.deepEqual([home, north], [true, true]);
    assert.ok(isAway(away) && isAway(both), String(away));
    assert.equal((await shop.engine.owners(['tea', 'north:tea'])).length, 2);
    await assert.rejects(shop.engine.owners(['tea', 'south:tea']), isAway);
    await assert.rejects(
      shop.engine.pools({ limit: 9, prefix: 'south:' }).then(() => shop.sold()),
      isAway,
    );
    const { ok, detail } = shop.engine.health();
    assert.ok(ok, 'readiness takes no server out for one part');
    assert.match(detail, /the part south cannot be used: /);
    await south.restart();
    await untilTaken(shop);
    assert.deepEqual(await shop.sold(), [1, 1, 1]);
    assert.equal(shop.engine.health().detail, 'the database answers');
  });

  it('keeps nothing else from being tidied up that is due', async (t) => {
    const { shop, south } = await shopWithSouth(t);
    const note = (id: string, owners: string[]) => {
      const write = { id, kind: 'note', state: 'NEW', data: {}, owners, deadline: { afterMs: 0 } };
      return { writes: [write], events: [] };
    };
    await shop.commit(note('a', ['tea', 'south:tea']), note('b', ['tea', 'north:tea']));
    const due = async () => (await shop.engine.due(9)).map(({ id }) => id);
    assert.deepEqual(await due(), ['a', 'b']);
    await south.stop('immediate');
    await answersOf(shop, taking('south:tea'));
    assert.deepEqual(await due(), ['b']);
    await south.restart();
    await untilTaken(shop);
    assert.deepEqual(await due(), ['a', 'b']);
  });

  it('does not keep a server from starting that knows it', async (t) => {
    const { shop, south } = await shopWithSouth(t);
    await shop.engine.close();
    await south.stop('immediate');
    const again = await openSpread(shop.store);
    t.after(() => again.close());
    const [home] = await again.commit([taking('tea', 'north:tea')]);
    assert.ok((await home)!.ok);
    const [away] = await again.commit([taking('south:tea')]);
    await assert.rejects(Promise.resolve(away), isAway);
    await south.restart();
  });
});
