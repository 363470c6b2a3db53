// A server as a process of its own, killed under load and started again on its files: the client's
// calls outlive it, and every answer that was given is true of what is there afterwards.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { HoldfastClient } from '../../src/client/index.ts';
import { type Started, seen, start } from '../cli/cli-process.ts';
import { fastFolder } from '../support/fast-folder.ts';
import { lastingPort } from '../support/free-port.ts';
import { accepted, listed } from './expectations.ts';

const BUYERS = 200;
const EACH = 10;
const engine = `sqlite:${join(fastFolder('client'), 'shop.db')}`;

let running: Started | undefined;
after(() => running?.child.kill('SIGKILL'));

async function serve(port: number): Promise<Started> {
  const args = ['serve', '--engine', engine, '--port', String(port), '--json'];
  running = start([...args, '--log-level', 'error']);
  await seen(running.child.stdout, /"url":/);
  return running;
}

test('killed under load, started again: each call is answered, each effect is there once', async () => {
  // Its buyers go on knocking while it is away.
  const port = await lastingPort();
  const first = await serve(port);
  const client = new HoldfastClient({ url: `http://127.0.0.1:${port}`, timeoutMs: 60_000 });
  await accepted(client.putPool({ pool: 'tea' }));
  await accepted(client.receive({ pool: 'tea', quantity: BUYERS * EACH + 5 }));
  const ids: string[] = [];
  let quarter = () => {};
  const quarterDone = new Promise<void>((resolve) => {
    quarter = resolve;
  });
  const buying = Promise.all(
    Array.from({ length: BUYERS }, async () => {
      for (let bought = 0; bought < EACH; bought += 1) {
        const held = await accepted(client.reserve({ lines: [{ pool: 'tea', quantity: 1 }] }));
        ids.push(held.id);
        if (ids.length === (BUYERS * EACH) / 4) quarter();
        await accepted(client.confirm({ reservation: held.id }));
      }
    }),
  );
  await quarterDone;
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await serve(port);
  await buying;
  assert.equal(new Set(ids).size, BUYERS * EACH);
  const { available, held, sold } = await accepted(client.pool('tea'));
  assert.deepEqual([available, held, sold], [5, 0, BUYERS * EACH]);
  // Lists follow a little behind, and say how far.
  const { position } = await accepted(client.readiness());
  let asOf = 0;
  while (asOf < position) {
    ({ asOf } = await accepted(client.reservationPage({ limit: 1 })));
  }
  const confirmed = await listed(client.reservations({ status: 'CONFIRMED', limit: 200 }));
  assert.deepEqual(confirmed.map(({ id }) => id).sort(), ids.sort());
  second.child.kill('SIGTERM');
  await second.ended;
});
