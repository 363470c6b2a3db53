// Signals: the first one stops gracefully, under load too, and nothing that was acknowledged is lost;
// the second one ends the process at once.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { emptyFolder, run, type Started, seen, start } from './cli-process.ts';

const ADDRESS = /"url":"(http:[^"]+)"/;
const BUYERS = 40;
/** Acknowledged before the signal is sent. */
const BUSY_AFTER = 400;

async function serve(cwd: string): Promise<Started & { url: string }> {
  // However slow the machine, nobody is turned away.
  const patient = ['--shed-after-ms', '60000', '--loop-delay-max-ms', '86400000'];
  const started = start(['serve', '--json', '--port', '0', '--log-level', 'warn', ...patient], {
    cwd,
  });
  const [, url] = await seen(started.child.stdout, ADDRESS);
  return { ...started, url: url! };
}

async function send(url: string, method: string, body: object): Promise<{ id: string }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const said = (await response.json()) as { id: string };
  assert.ok(response.ok, JSON.stringify(said));
  return said;
}

test('stopped under load, it keeps every reservation that it acknowledged', async () => {
  const cwd = emptyFolder();
  const { url, child, ended } = await serve(cwd);
  await send(`${url}/v1/pools/tea`, 'PUT', {});
  await send(`${url}/v1/pools/tea/receive`, 'POST', { quantity: 1_000_000 });
  const acknowledged: string[] = [];
  const cart = { lines: [{ pool: 'tea', quantity: 1 }] };
  const buy = async () => {
    for (;;) {
      const held = await send(`${url}/v1/reservations`, 'POST', cart).catch((error) => error);
      // A refusal would be an AssertionError: the only thing that may end this is that it is gone.
      if (held instanceof assert.AssertionError) throw held;
      if (held instanceof Error) return;
      acknowledged.push(held.id);
      if (acknowledged.length === BUSY_AFTER) child.kill('SIGTERM');
    }
  };
  await Promise.all(Array.from({ length: BUYERS }, buy));
  const { code, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  assert.ok(acknowledged.length >= BUSY_AFTER);

  const exported = await run(['export'], { cwd });
  const kept = new Set<string>();
  for (const line of exported.stdout.trim().split('\n')) {
    for (const { id } of JSON.parse(line).documents) kept.add(id);
  }
  assert.deepEqual(
    acknowledged.filter((id) => !kept.has(id)),
    [],
  );
  const verified = await run(['verify', '--quiet'], { cwd });
  assert.equal(verified.code, 0, verified.stdout);
});

test('a second signal does not wait for a request that never ends', async () => {
  const { url, child, ended } = await serve(emptyFolder());
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.write('POST /v1/reservations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{');
  // Answered behind it on the same thread: the server has the request in hand.
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  child.kill('SIGTERM');
  // Once it takes nobody any more, it has heard.
  for (let open = true; open; ) {
    const probe = connect(Number(port), hostname);
    open = await once(probe, 'connect').then(
      () => true,
      () => false,
    );
    probe.destroy();
  }
  assert.equal(child.exitCode, null);
  child.kill('SIGTERM');
  assert.equal((await ended).code, 130);
  socket.destroy();
});
