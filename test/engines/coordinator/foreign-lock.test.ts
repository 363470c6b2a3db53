// A row of a part that somebody keeps locked, be it a session or a transaction that was prepared and not
// finished, stalls those who need that row, and nobody else.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { HoldfastError } from '../../../src/errors.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { giving, SpreadShop, taking } from './spread-store.ts';

const options = { skip: postgresMissing() ?? false, concurrency: true };

/** Keeps `north:tea` locked until `letGo`. */
async function withLocked(
  how: 'session' | 'prepared',
  run: (shop: SpreadShop, letGo: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const shop = await SpreadShop.open();
  const session = await shop.session(1);
  const gid = `test:${randomUUID()}`;
  await session.ask('BEGIN');
  await session.ask(`UPDATE @.owner SET at_ms = at_ms WHERE id = 'north:tea'`);
  if (how === 'prepared') await session.ask(`PREPARE TRANSACTION '${gid}'`);
  let ended = false;
  const letGo = async () => {
    if (!ended) await session.ask(how === 'prepared' ? `ROLLBACK PREPARED '${gid}'` : 'ROLLBACK');
    ended = true;
  };
  try {
    await run(shop, letGo);
  } finally {
    await letGo();
    await session.end();
    await shop.end();
  }
}

for (const how of ['session', 'prepared'] as const) {
  describe(`a row of a part that is locked, ${how}`, options, () => {
    it('stalls only those who need it, until it is free', () =>
      withLocked(how, async (shop, letGo) => {
        const answers = await shop.engine.commit([
          taking('tea'),
          taking('tea', 'north:tea'),
          taking('south:tea'),
          taking('tea', 'south:tea'),
        ]);
        const [home, stalled, ...others] = answers;
        assert.ok(!(home instanceof Promise) && home!.ok, 'home is answered at once');
        for (const other of await Promise.all(others)) assert.ok(other.ok);
        assert.deepEqual(await shop.sold(), [2, 0, 2]);
        await letGo();
        assert.ok((await stalled)!.ok);
        assert.deepEqual(await shop.sold(), [3, 1, 2]);
      }));

    it('and who waits too long is told so, and has taken nothing', () =>
      withLocked(how, async (shop) => {
        const [stalled] = await shop.engine.commit([taking('tea', 'north:tea')]);
        await assert.rejects(
          Promise.resolve(stalled),
          (error) => error instanceof HoldfastError && error.code === 'contended',
        );
        assert.deepEqual(await shop.sold(), [0, 0, 0]);
      }));
  });
}

/** More than are watched side by side. */
const MANY = Array.from({ length: 9 }, (_, index) => `north:${index}`);

/** Locks each of many pools of a part in a session of its own. */
async function withManyLocked(
  run: (shop: SpreadShop, letGo: (pool: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const shop = await SpreadShop.open();
  for (const outcome of await shop.commit(...MANY.map(giving))) assert.ok(outcome.ok);
  const sessions = new Map<string, Awaited<ReturnType<SpreadShop['session']>>>();
  for (const pool of MANY) {
    const session = await shop.session(1);
    sessions.set(pool, session);
    await session.ask(`BEGIN; UPDATE @.owner SET at_ms = at_ms WHERE id = '${pool}'`);
  }
  try {
    await run(shop, (pool) => sessions.get(pool)!.ask('ROLLBACK'));
  } finally {
    for (const session of sessions.values()) await session.end();
    await shop.end();
  }
}

describe('many rows of a part that are locked', options, () => {
  it('are each waited for, and whose row is free is decided before the others', () =>
    withManyLocked(async (shop, letGo) => {
      const answers = await shop.engine.commit(MANY.map((pool) => taking(pool)));
      // In the reverse of the order in which they began to wait.
      for (const pool of MANY.toReversed()) {
        await letGo(pool);
        assert.ok((await answers[MANY.indexOf(pool)])!.ok, pool);
      }
    }));

  it('and all who wait too long are told the same', () =>
    withManyLocked(async (shop) => {
      const answers = await shop.engine.commit(MANY.map((pool) => taking(pool)));
      const told = await Promise.allSettled(answers);
      const codes = told.map((each) => each.status === 'rejected' && each.reason.code);
      assert.deepEqual(
        codes,
        MANY.map(() => 'contended'),
      );
    }));
});
