// A part that is slow, or goes away while somebody waits for a lock: the failure bears its name, whichever
// connection it came from, and whoever does not need it is decided, also who came or waited together with
// those who do.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { ownPostgresMissing, postgresMissing, startPostgres } from '../../support/postgres.ts';
import { SpreadShop, taking } from './spread-store.ts';

const failsFor = (name: string) => (error: unknown) =>
  error instanceof HoldfastError &&
  error.code === 'unavailable' &&
  error.details.part === name &&
  error.message.startsWith(`the part ${name} cannot be used: `);

/** Slow where it writes accounts, and slow again where it prepares. */
const slowed = (writeSeconds: number, prepareSeconds: number) => `
  CREATE FUNCTION @.slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_sleep(TG_ARGV[0]::float); RETURN NEW; END $$;
  CREATE TRIGGER slow BEFORE UPDATE ON @.account
    FOR EACH ROW EXECUTE FUNCTION @.slow(${writeSeconds});
  CREATE CONSTRAINT TRIGGER slower AFTER UPDATE ON @.account DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION @.slow(${prepareSeconds})`;

/** Keeps a pool locked, at home (0) or in a part. */
async function locked(shop: SpreadShop, place: 0 | 1 | 2, pool: string) {
  const gid = `test:${randomUUID()}`;
  await shop.ask(
    place,
    `BEGIN; UPDATE @.owner SET at_ms = at_ms WHERE id = '${pool}'; PREPARE TRANSACTION '${gid}'`,
  );
  return {
    letGo: () => shop.ask(place, `ROLLBACK PREPARED '${gid}'`),
    /** Somebody waits for it, who was set aside. */
    async watched() {
      const waits = `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND query LIKE '%@.owner%($1)%'`;
      const found = await once(
        () => shop.ask(place, waits),
        ({ length }) => length > 0,
      );
      assert.ok(found.length > 0, 'nobody waits');
    },
  };
}

describe('a slow part', { skip: postgresMissing() ?? false, concurrency: true }, () => {
  it('is named where home would idle for too long, and the others are decided', async (t) => {
    const shop = await SpreadShop.open();
    t.after(() => shop.end());
    // Each statement is in time, and home would end its own transaction after 5 s.
    await shop.ask(1, slowed(2.6, 2.6));
    const [slow, ...others] = await shop.engine.commit([
      taking('tea', 'north:tea'),
      taking('tea', 'south:tea'),
      taking('tea'),
    ]);
    const writes = `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%@.account%' AND
      wait_event = 'PgSleep'`;
    await once(
      () => shop.ask(1, writes),
      ({ length }) => length > 0,
    );
    const [home] = await shop.engine.commit([taking('tea')]);
    await assert.rejects(Promise.resolve(slow), failsFor('north'));
    for (const other of await Promise.all(others)) assert.ok(other.ok);
    assert.ok((await home)!.ok, 'what touches home alone waits no longer than for a lock');
    assert.deepEqual(await shop.sold(), [3, 0, 1]);
    assert.equal(shop.engine.health().ok, true);
  });

  it('fails only those who need it, also where some of the batch wait for a lock', async (t) => {
    const shop = await SpreadShop.open();
    t.after(() => shop.end());
    await shop.ask(2, slowed(60, 0));
    const { letGo } = await locked(shop, 1, 'north:tea');
    const [stalled, slow, other] = await shop.engine.commit([
      taking('north:tea'),
      taking('tea', 'south:tea'),
      taking('tea'),
    ]);
    await assert.rejects(Promise.resolve(slow), failsFor('south'));
    assert.ok((await other)!.ok);
    await letGo();
    assert.ok((await stalled)!.ok);
    assert.deepEqual(await shop.sold(), [1, 1, 0]);
  });
});

describe('a part that goes away while a lock is waited for', {
  skip: ownPostgresMissing() ?? false,
}, () => {
  it('fails those who need it, and none who waited with them', async (t) => {
    const south = await startPostgres();
    t.after(() => south.remove());
    const shop = await SpreadShop.open([undefined, undefined, south.address]);
    t.after(async () => {
      await shop.engine.close();
      await shop.store.home.drop();
    });
    const { watched, letGo } = await locked(shop, 0, 'tea');
    const [away, ...others] = await shop.engine.commit([
      taking('tea', 'south:tea'),
      taking('tea', 'north:tea'),
      taking('tea'),
    ]);
    await watched();
    await south.stop('immediate');
    await letGo();
    await assert.rejects(Promise.resolve(away), failsFor('south'));
    for (const other of await Promise.all(others)) assert.ok(other.ok);
  });

  it('is named where the lock is its own', async (t) => {
    const south = await startPostgres();
    t.after(() => south.remove());
    const shop = await SpreadShop.open([undefined, undefined, south.address]);
    t.after(async () => {
      await shop.engine.close();
      await shop.store.home.drop();
    });
    const { watched } = await locked(shop, 2, 'south:tea');
    const [away] = await shop.engine.commit([taking('south:tea')]);
    await watched();
    await south.stop('immediate');
    await assert.rejects(Promise.resolve(away), failsFor('south'));
    assert.ok((await shop.commit(taking('tea')))[0]!.ok);
  });
});
