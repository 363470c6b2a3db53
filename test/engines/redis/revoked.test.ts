// A decision that the record does not take, because there it does not go on from what is recorded: nobody is told
// that it is recorded, by whichever server it was decided.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import type { Stock } from '../../../src/stock.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { redisMissing } from '../../support/redis.ts';
import { accepted } from '../../support/shop.ts';
import { RecordedRedis } from './recorded-redis.ts';

describe('a decision that is revoked', {
  skip: redisMissing() ?? postgresMissing() ?? false,
}, () => {
  let store: RecordedRedis;

  afterEach(() => store.drop());

  /** A reservation of what only Redis has: the record does not take it. */
  async function forged(stock: Stock): Promise<string> {
    accepted(await stock.putPool({ pool: 'tea' }));
    accepted(await stock.receive({ pool: 'tea', quantity: 5 }));
    await stock.engine.recorded!();
    await store.addTo('tea', 'available', 1, 5);
    return accepted(await stock.reserve({ lines: [{ pool: 'tea', quantity: 8 }] })).id;
  }

  for (const [who, server] of [
    ['the server that records', 0],
    ['one that hears of it', 1],
  ] as const) {
    test(`its confirm is not answered as recorded by ${who}`, async () => {
      store = await RecordedRedis.make();
      const servers = [await store.open(), await store.open()];
      const reservation = await forged(servers[0]!);
      await assert.rejects(servers[server]!.confirm({ reservation }, { key: 'paid' }), {
        code: 'unavailable',
        message: 'something that was decided was not recorded',
      });
      await once(
        () => servers[0]!.engine.entries({ after: 0, limit: 100 }),
        (entries) => entries.some(({ events }) => events[0]?.type === 'decision.revoked'),
      );
    });
  }
});
