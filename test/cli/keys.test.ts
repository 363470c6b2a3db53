// `holdfast keys` and what `serve` makes of it: no key, no other machines; a key that is revoked stops
// working in a server that runs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyFolder, run, seen, start } from './cli-process.ts';

const ADDRESS = /"url":"(http:[^"]+)"/;

test('make keys, serve with them, revoke one while it runs', async () => {
  const cwd = emptyFolder();
  const made = await run(['keys', 'create', '--role', 'seller', '--name', 'till-3'], { cwd });
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /seller \(till-3\).* in \.\/holdfast\.db\.keys/);
  const token = made.stdout.trim();
  assert.match(token, /^hf_[0-9a-f]{12}_[\w-]{43}$/);
  const asJson = await run(['keys', 'create', '--role', 'admin', '--json'], { cwd });
  const admin = JSON.parse(asJson.stdout);

  const { child, ended } = start(['serve', '--json', '--host', '0.0.0.0', '--port', '0'], { cwd });
  const [, shown] = await seen(child.stdout, ADDRESS);
  const url = shown!.replace('0.0.0.0', '127.0.0.1');
  const pools = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await fetch(`${url}/v1/pools`, { headers })).status;
  };
  assert.equal((await fetch(`${url}/v1/pools`)).status, 401);
  assert.deepEqual([await pools(token), await pools(admin.key)], [200, 200]);

  const list = await run(['keys', 'list', '--json'], { cwd });
  const [till, other] = list.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual([till.role, till.name, other.id], ['seller', 'till-3', admin.id]);
  assert.ok(!list.stdout.includes('sha256'));
  const revoked = await run(['keys', 'revoke', till.id], { cwd });
  assert.equal(revoked.code, 0, revoked.stderr);
  while ((await pools(token)) !== 401);
  assert.equal(await pools(admin.key), 200);
  assert.match((await run(['keys', 'list'], { cwd })).stdout, /till-3.*revoked \d{4}-/);
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  assert.equal(code, 0, stderr);
});

test('without keys no other machine is let in, and the way out is said', async () => {
  const cwd = emptyFolder();
  const open = ['serve', '--host', '0.0.0.0', '--port', '0'];
  const beside = await run(open, { cwd });
  assert.equal(beside.code, 2);
  assert.match(beside.stderr, /keys create --role admin --keys \.\/holdfast\.db\.keys/);
  const memory = await run([...open, '--engine', 'memory:'], { cwd });
  assert.equal(memory.code, 2);
  assert.match(memory.stderr, /say --keys FILE/);
  const missing = await run(['serve', '--keys', 'none.keys', '--port', '0'], { cwd });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /there are no API keys in none\.keys/);
});

test('wrong asks are said in a sentence', async () => {
  const cwd = emptyFolder();
  const asks: [args: string[], code: number, said: RegExp][] = [
    [['create'], 2, /--role/],
    [['create', '--role', 'owner'], 2, /viewer, seller, operator, admin/],
    [['create', '--role', 'admin', '--name', 'a\nb'], 2, /printable/],
    [['create', '--role', 'admin', '--engine', 'memory:'], 2, /say --keys FILE/],
    [['revoke', '000000000000'], 1, /there is no key 000000000000/],
  ];
  for (const [args, code, said] of asks) {
    const ended = await run(['keys', ...args], { cwd });
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, said);
  }
});

test('a key may have a rate, which the list shows and a running server keeps', async () => {
  const cwd = emptyFolder();
  const create = ['keys', 'create', '--role', 'viewer'];
  const made = await run([...create, '--rate', '0.01/2'], { cwd });
  assert.equal(made.code, 0, made.stderr);
  assert.match((await run(['keys', 'list'], { cwd })).stdout, /, 0\.01\/s and 2 at once/);
  const { child, ended } = start(['serve', '--json', '--port', '0'], { cwd });
  const [, url] = await seen(child.stdout, ADDRESS);
  const headers = { authorization: `Bearer ${made.stdout.trim()}` };
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    statuses.push((await fetch(`${url}/v1/pools`, { headers })).status);
  }
  assert.deepEqual(statuses, [200, 200, 429]);
  child.kill('SIGTERM');
  await ended;
  for (const rate of ['0', '-1', 'often', '5/0', '1e3', '5/']) {
    const wrong = await run([...create, '--rate', rate], { cwd });
    assert.equal(wrong.code, 2, rate);
    assert.match(wrong.stderr, /a number in a second such as 50/);
  }
});
