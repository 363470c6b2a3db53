// What a server hears of the batches of another one: those whose entries somebody needs are read, and of
// the others their place in the journal and how many documents they brought.

import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import pg from 'pg';
import type { Entry, Transaction } from '../../../src/engines/contract.ts';
import type { FollowerNeeds } from '../../../src/engines/followers.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { openFeed } from '../../../src/http/open-feed.ts';
import { Stock } from '../../../src/index.ts';
import { Watcher } from '../../events/watched-shop.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';

const skip = postgresMissing() ?? false;

const note = (id: string): Transaction => ({
  writes: [{ id, kind: 'note', state: 'NEW', data: {} }],
  events: [],
});

async function becomes<T>(read: () => T, wanted: T): Promise<void> {
  const untilMs = performance.now() + 60_000;
  while (performance.now() < untilMs) {
    if (JSON.stringify(read()) === JSON.stringify(wanted)) return;
    await new Promise(setImmediate);
  }
  assert.deepEqual(read(), wanted);
}

async function twoServers(t: TestContext) {
  const { address, drop } = await freshSchema();
  const [one, other] = [await PostgresEngine.open(address), await PostgresEngine.open(address)];
  t.after(async () => {
    await Promise.all([one.close(), other.close()]);
    await drop();
  });
  return { one, other, address };
}

it('of another server only what is needed is read; then all of it', { skip }, async (t) => {
  const { one, other } = await twoServers(t);
  const heard: Entry[] = [];
  let needs: FollowerNeeds = 'named';
  other.follow(
    (entries) => heard.push(...entries),
    () => needs,
  );
  const told = () => heard.map(({ position }) => position);
  for (const id of ['a', 'note:b', 'c']) await one.commit([note(id)]);
  await becomes(() => [other.health().position, other.health().live], [3, 3]);
  assert.deepEqual(told(), [2], 'a body was read that nobody needed');
  // Its own it has at hand.
  await other.commit([{ ...note('d'), request: { principal: 'shop', key: 'd', hash: '0' } }]);
  await becomes(told, [2, 4]);
  needs = 'all';
  await one.commit([note('e'), note('f')]);
  await becomes(told, [2, 4, 5, 6]);
  assert.deepEqual(heard.slice(2), await one.entries({ after: 4, limit: 9 }));
  assert.equal(other.health().live, 6);
});

it('a batch of before, of which nothing is known, is read', { skip }, async (t) => {
  const { one, other, address } = await twoServers(t);
  await one.commit([note('a')]);
  await becomes(() => other.health().position, 1);
  const { connectionString, schema } = postgresAddress(address);
  const client = new pg.Client(connectionString);
  await client.connect();
  await client.query(`CREATE FUNCTION "${schema}".older() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.lives = NULL; NEW.named = true; RETURN NEW; END $$;
    CREATE TRIGGER older BEFORE INSERT ON "${schema}".batch
      FOR EACH ROW EXECUTE FUNCTION "${schema}".older()`);
  await client.end();
  const heard: Entry[] = [];
  other.follow(
    (entries) => heard.push(...entries),
    () => 'named',
  );
  await one.commit([note('b'), note('c')]);
  await becomes(() => other.health().live, 3);
  assert.deepEqual(
    heard.map(({ position }) => position),
    [2, 3],
  );
});

it('whoever begins to watch misses nothing of what was left out before', { skip }, async (t) => {
  const { one, other } = await twoServers(t);
  const shop = await Stock.open(one, { sweep: false });
  await shop.putPool({ pool: 'tea' });
  await shop.receive({ pool: 'tea', quantity: 100 });
  const feed = openFeed(other);
  const before = other.health().position;
  await shop.reserve({ lines: [{ pool: 'tea', quantity: 1 }] });
  const { position } = (await one.entries({ after: 0, limit: 99 })).at(-1)!;
  await becomes(() => other.health().position, position);
  const watcher = new Watcher();
  feed.open({ sink: watcher, pools: new Set(['tea']), after: before });
  const available = () => watcher.told.map(({ event, pools }) => [event, pools[0].available]);
  await becomes(available, [['snapshot', 99]]);
  await shop.reserve({ lines: [{ pool: 'tea', quantity: 2 }] });
  await becomes(available, [
    ['snapshot', 99],
    ['update', 97],
  ]);
  feed.end();
  await shop.close();
});
