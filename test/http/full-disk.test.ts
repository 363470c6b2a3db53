// A full disk as callers over HTTP meet it: commands are answered 507 with a problem, reads go on,
// readiness says why not, and all passes without a restart.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openEngine } from '../../src/engines/open.ts';
import { mountSmallDisk, noSmallDisk } from '../support/small-disk.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

const RECOVERS_MAX_MS = 60_000;

test('a full disk is answered 507, and passes', { skip: noSmallDisk() ?? false }, async () => {
  const disk = mountSmallDisk(16);
  const shop = await ServedShop.open({}, () => openEngine(`sqlite:${join(disk.path, 'shop.db')}`));
  after(async () => {
    await shop.close();
    disk.remove();
  });
  await shop.fill('tea', 100_000);
  const body = {
    lines: [{ pool: 'tea', quantity: 1 }],
    metadata: { note: 'x'.repeat(1_900) },
  };
  let held = 0;
  const buy = async (): Promise<Reply> => {
    const reply = await shop.post('/v1/reservations', body, { 'idempotency-key': `k${held}` });
    if (reply.status === 201) held += 1;
    return reply;
  };
  while (held < 10) assert.equal((await buy()).status, 201);
  disk.fill();
  let reply = await buy();
  while (reply.status === 201) reply = await buy();
  problemOf(reply, 507, 'disk-full');
  assert.ok(reply.body.detail.length > 0);

  assert.deepEqual(await shop.balances('tea'), [100_000 - held, held, 0]);
  const { entries } = (await shop.get('/v1/journal?limit=1000')).body;
  assert.equal(entries.length, held + 2);
  const ready = await shop.get('/readyz');
  assert.equal(ready.status, 503);

  disk.free();
  const endMs = Date.now() + RECOVERS_MAX_MS;
  for (reply = await again(buy); reply.status !== 201; reply = await again(buy)) {
    assert.ok(Date.now() < endMs, 'it takes commands again');
    problemOf(reply, 507, 'disk-full');
  }
  // Under the key that was refused: it is a first try.
  assert.equal(reply.headers.get('idempotency-replayed'), null);
  assert.deepEqual(await shop.balances('tea'), [100_000 - held, held, 0]);
  assert.equal((await shop.get('/readyz')).status, 200);
});

async function again(buy: () => Promise<Reply>): Promise<Reply> {
  await nextTurn();
  return buy();
}
