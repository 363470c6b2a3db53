// `holdfast node` as a process beside its centre: it sells there what the centre has, gives back what
// it does not sell, and what a killed till had sold is settled from its file.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastClient } from '../../src/client/index.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { accepted, failed } from '../client/expectations.ts';
import { openKeyedShop } from '../http/keyed-shop.ts';
import { ServedShop } from '../http/served-shop.ts';
import { emptyFolder, run, seen, start } from './cli-process.ts';

const ADDRESS = /"url":"(http:[^"]+)"/;
const lines = [{ pool: 'tea', quantity: 2 }];

async function centre(): Promise<ServedShop> {
  const shop = await ServedShop.open({}, async () => new MemoryEngine());
  await shop.fill('tea', 100);
  return shop;
}

async function startNode(shop: ServedShop, args: string[], cwd = emptyFolder()) {
  const share = ['--name', 'till-3', '--pools', 'tea', '--share', '10', '--port', '0', '--json'];
  const started = start(['node', '--centre', shop.url, ...share, ...args], { cwd });
  const [, url] = await seen(started.child.stdout, ADDRESS);
  return { ...started, url: url!, client: new HoldfastClient({ url: url! }) };
}

test('a node sells, says so at the centre, and gives the rest back when it stops', async (t) => {
  const shop = await centre();
  t.after(() => shop.close());
  const { child, ended, client } = await startNode(shop, ['--lease-for', '10m']);
  const { id } = await accepted(client.reserve({ lines, buyer: 'ada' }));
  assert.equal((await accepted(client.confirm({ reservation: id }))).status, 'CONFIRMED');
  assert.equal((await accepted(client.availability(['tea']))).pools[0]!.available, 8);
  const sold = (await shop.get(`/v1/reservations/${id}`)).body;
  assert.deepEqual([sold.status, sold.buyer], ['CONFIRMED', 'ada']);
  assert.deepEqual((await shop.get('/v1/pools/tea')).body.leased, 8);
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
  assert.deepEqual(await shop.balances('tea'), [98, 0, 2]);
});

test('a killed till is settled from its file', async (t) => {
  const shop = await centre();
  t.after(() => shop.close());
  const cwd = emptyFolder();
  const { child, ended, client } = await startNode(shop, ['--offline', '--store', 'till.db'], cwd);
  const { id } = await accepted(client.reserve({ lines }));
  await accepted(client.confirm({ reservation: id }));
  child.kill('SIGKILL');
  await ended;
  const settle = ['node', 'settle', '--centre', shop.url, '--name', 'till-3', '--pools', 'tea'];
  const settled = await run([...settle, '--store', 'till.db', '--json'], { cwd });
  assert.equal(settled.code, 0, settled.stderr);
  const nothing = { unrecorded: [], open: [] };
  assert.deepEqual(JSON.parse(settled.stdout), { name: 'settle', settled: true, ...nothing });
  assert.deepEqual(await shop.balances('tea'), [98, 0, 2]);
  assert.equal((await shop.get(`/v1/reservations/${id}`)).body.status, 'CONFIRMED');
});

test('what a till has out of pools that are not named is said, and settled without naming any', async (t) => {
  const shop = await centre();
  t.after(() => shop.close());
  await shop.fill('cup', 100);
  const cwd = emptyFolder();
  const both = ['--pools', 'tea,cup', '--offline', '--store', 'till.db'];
  const { child, ended, client } = await startNode(shop, both, cwd);
  const { id } = await accepted(
    client.reserve({ lines: [...lines, { pool: 'cup', quantity: 1 }] }),
  );
  await accepted(client.confirm({ reservation: id }));
  child.kill('SIGKILL');
  await ended;
  const settle = ['node', 'settle', '--centre', shop.url, '--name', 'till-3', '--store', 'till.db'];
  const { leases } = (await shop.get('/v1/leases?pool=cup&status=ACTIVE')).body;
  const [{ id: lease }] = leases as [{ id: string }];
  const part = await run([...settle, '--pools', 'tea', '--json'], { cwd });
  assert.equal(part.code, 1);
  assert.match(part.stderr, /^holdfast: .*without --pools/m);
  const open = [{ pool: 'cup', lease }];
  const left = { name: 'settle', settled: false, unrecorded: [], open };
  assert.deepEqual(JSON.parse(part.stdout), left);
  assert.deepEqual(await shop.balances('tea'), [98, 0, 2]);
  const said = await run([...settle, '--pools', 'tea'], { cwd });
  assert.deepEqual([said.code, said.stdout], [1, `left open: cup, lease ${lease}\n`]);
  const all = await run(settle, { cwd });
  assert.deepEqual([all.code, all.stdout], [0, 'settled; the till has nothing out\n'], all.stderr);
  assert.deepEqual(await shop.balances('cup'), [99, 0, 1]);
});

test('a store of an offline till is not sold from online', async (t) => {
  const shop = await centre();
  t.after(() => shop.close());
  const cwd = emptyFolder();
  const { child, ended, client } = await startNode(shop, ['--offline', '--store', 'till.db'], cwd);
  await accepted(client.reserve({ lines }));
  child.kill('SIGKILL');
  await ended;
  const args = ['--name', 'till-3', '--pools', 'tea', '--store', 'till.db', '--port', '0'];
  const online = await run(['node', '--centre', shop.url, ...args], { cwd });
  assert.equal(online.code, 1);
  assert.match(online.stderr, /^holdfast: .*start it with --offline/m);
});

test('a node whose key is wrong says why it has nothing to sell', async (t) => {
  const { shop, tokens, close } = await openKeyedShop();
  t.after(close);
  const { child, ended, url } = await startNode(shop, ['--key', tokens.viewer]);
  await seen(child.stderr, /role of this API key/);
  const asked = new HoldfastClient({ url, retry: false }).reserve({ lines });
  const { refusal } = await failed(asked, 'outcome-unknown');
  assert.equal(refusal?.code, 'unavailable');
  child.kill('SIGTERM');
  await ended;
});

test('what does not go together is said', async () => {
  const share = ['--name', 'a', '--pools', 'tea'];
  const wrong: [args: string[], said: RegExp][] = [
    [share, /--centre URL/],
    [['--centre', 'http://127.0.0.1:1', ...share, '--offline'], /--store PATH/],
    [['--centre', 'http://127.0.0.1:1', '--pools', 'a b'], /ids of pools/],
    [['--centre', 'http://127.0.0.1:1', ...share, '--lease-for', '1ms'], /from 500ms/],
  ];
  for (const [args, said] of wrong) {
    const { code, stderr } = await run(['node', ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, said);
  }
});
