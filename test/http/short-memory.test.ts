// A server whose heap is nearly full: it turns away what would begin something before V8 ends it, lets buyers finish,
// says what is the matter, and lives.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyFolder, seen, start } from '../cli/cli-process.ts';

/** Room for some ten thousand reservations on the memory engine, which keeps all of them on the heap. */
const HEAP = '--max-old-space-size=96';
const ITEMS = 250;
/** Ten times more than there is room for. */
const BATCHES_MAX = 2_000;

const NOTE = 'x'.repeat(500);

interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
  body: any;
}

test('near the limit of its heap', async (t) => {
  const args = [
    'serve',
    '--engine',
    'memory:',
    '--port',
    '0',
    '--json',
    // For want of time nobody is turned away, however slow the machine.
    ...['--shed-after-ms', '60000', '--loop-delay-max-ms', '86400000'],
  ];
  const { child, ended } = start(args, { cwd: emptyFolder(), env: { NODE_OPTIONS: HEAP } });
  t.after(() => child.kill('SIGKILL'));
  const [, url] = await seen(child.stdout, /"url":"([^"]+)"/);
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const asked = { method: 'POST', headers, body: JSON.stringify(body) };
    const reply = await fetch(`${url}${path}`, asked);
    return { status: reply.status, headers: reply.headers, body: await reply.json() } as Reply;
  };
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/v1/pools/tea`, { method: 'PUT', headers, body: '{}' });
  await post('/v1/pools/tea/receive', { quantity: 1_000_000_000 });
  const line = { lines: [{ pool: 'tea', quantity: 1 }], holdFor: 'PT10H' };
  const held: string[] = [];

  const items = Array.from({ length: ITEMS }, () => ({ ...line, metadata: { note: NOTE } }));
  const more = () => post('/v1/reservations/batch', { items });
  let shed: Reply | undefined;
  for (let sent = 0; shed === undefined && sent < BATCHES_MAX; sent += 1) {
    const reply = await more();
    if (reply.status === 503) shed = reply;
    else held.push(reply.body.results[0].reservation.id);
  }
  assert.equal(shed?.status, 503, 'nothing was turned away');
  assert.deepEqual([shed.body.code, shed.body.reason], ['overloaded', 'memory']);
  assert.match(shed.headers.get('retry-after') ?? '', /^\d+$/);

  const ready = await fetch(`${url}/readyz`);
  const { status, memory } = (await ready.json()) as { status: string; memory: string };
  assert.deepEqual([ready.status, status], [200, 'degraded']);
  assert.match(memory, /^\d+ % of the heap/);
  const confirmed = await post(`/v1/reservations/${held[0]}/confirm`, {});
  assert.equal(confirmed.body.status, 'CONFIRMED', 'a sale was not let finish');
  assert.equal((await post(`/v1/reservations/${held[1]}/cancel`, {})).status, 200);
  assert.equal((await fetch(`${url}/v1/reservations/${held[2]}`)).status, 200);

  // A crowd that goes on asking is let in where there is room again, and does not end it.
  for (let sent = 0; sent < held.length; sent += 1) {
    const { status: answered } = await more();
    assert.ok(answered === 200 || answered === 503, `${answered}`);
  }
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
});
