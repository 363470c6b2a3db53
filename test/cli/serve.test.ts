// `holdfast serve` and `holdfast demo` as processes: they say where they are, serve, stop gracefully,
// and find their data again. `verify` and `export` read what they leave.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { emptyFolder, run, seen, start } from './cli-process.ts';

const ADDRESS = /"url":"(http:[^"]+)"/;

async function post(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('serve, stop, and read what is left', async () => {
  const cwd = emptyFolder();
  const { child, ended } = start(['serve', '--json', '--port', '0', '--log-level', 'warn'], {
    cwd,
  });
  const [, url] = await seen(child.stdout, ADDRESS);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  const put = await fetch(`${url}/v1/pools/tea`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  assert.equal(put.ok, true);
  assert.equal((await post(`${url}/v1/pools/tea/receive`, { quantity: 5 })).ok, true);
  child.kill('SIGTERM');
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).engine, 'sqlite:./holdfast.db');

  const verified = await run(['verify', '--json', '--quiet'], { cwd });
  assert.equal(verified.code, 0, verified.stderr);
  const report = JSON.parse(verified.stdout);
  assert.deepEqual([report.name, report.ok, report.entries, report.pools], ['verify', true, 2, 1]);
  const past = await run(['verify', '--at', '2020-01-01T00:00:00Z', '-q'], { cwd });
  assert.match(past.stdout, /everything agrees \(0 entries/);

  const exported = await run(['export', '--after', '1'], { cwd });
  const entries = exported.stdout.trimEnd().split('\n');
  assert.equal(entries.length, 1);
  assert.equal(JSON.parse(entries[0]!).events[0].type, 'stock.received');
});

test('a port that is taken is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const { code, stderr } = await run(['serve', '--engine', 'memory:', '--port', String(port)]);
  other.close();
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`port ${port} is taken`));
});

test('the demo loads its month once, finds it again, and tells three things to try', async () => {
  const cwd = emptyFolder();
  const first = start(['demo', '--json', '--quiet'], { cwd, env: { PORT: '0' } });
  const [, url] = await seen(first.child.stdout, ADDRESS);
  const before = await fetch(`${url}/v1/pools/22086`).then((answer) => answer.text());
  assert.equal(JSON.parse(before).available > 2, true);
  first.child.kill('SIGINT');
  assert.equal((await first.ended).code, 0);

  const second = start(['demo', '--port', '0', '--live'], { cwd });
  const [, again] = await seen(second.child.stdout, /(http:\S+):/);
  const after = await fetch(`${again}/v1/pools/22086`).then((answer) => answer.text());
  assert.equal(JSON.parse(after).sold >= JSON.parse(before).sold, true);
  second.child.kill('SIGTERM');
  const { code, stdout, stderr } = await second.ended;
  assert.equal(code, 0, stderr);
  assert.match(stdout, /1,500 invoices found again/);
  assert.match(stdout, /Three things to try:/);
  const verified = await run(['verify', '--engine', 'sqlite:.holdfast/demo.db', '-q'], { cwd });
  assert.equal(verified.code, 0, verified.stdout);
});

test('the demo leaves a store with other data alone', async () => {
  const cwd = emptyFolder();
  const engine = ['--engine', 'sqlite:mine.db', '--port', '0'];
  const { child, ended } = start(['serve', '--json', ...engine], { cwd });
  const [, url] = await seen(child.stdout, ADDRESS);
  await fetch(`${url}/v1/pools/tea`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  child.kill('SIGTERM');
  await ended;
  const { code, stderr } = await run(['demo', ...engine], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /sqlite:mine\.db holds other data/);
});
