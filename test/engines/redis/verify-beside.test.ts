// Verify beside another server: what that one has decided can be read in Redis a moment before it is in the journal,
// and is no difference.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verify } from '../../../src/verify/verify.ts';
import { redisMissing } from '../../support/redis.ts';
import { accepted } from '../../support/shop.ts';
import { RecordedRedis } from './recorded-redis.ts';

const TIMES = 20;

describe('verify beside a server that sells', { skip: redisMissing() ?? false }, () => {
  it(`waits for what it sees and the journal has not yet, ${TIMES} times`, async (t) => {
    const store = await RecordedRedis.make();
    t.after(() => store.drop());
    const [seller, other] = [await store.open(), await store.open()];
    accepted(await seller.putPool({ pool: 'tea' }));
    accepted(await seller.receive({ pool: 'tea', quantity: TIMES }));
    for (let time = 0; time < TIMES; time += 1) {
      accepted(await seller.reserve({ lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 60_000 }));
      assert.deepEqual((await verify(other.engine)).problems, []);
    }
  });
});
