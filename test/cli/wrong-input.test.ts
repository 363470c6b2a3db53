// What was asked wrongly gets a sentence that says what to change, on stderr, and exit code 2; what
// could not be done gets exit code 1. Never a stack.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './cli-process.ts';

const CASES: [args: string[], code: number, says: RegExp][] = [
  [['serv'], 2, /unknown command 'serv'\n\(Did you mean serve\?\)/],
  [['serve', '--prot', '1'], 2, /unknown option '--prot'\n\(Did you mean --port\?\)/],
  [['serve', '--port', '99999'], 2, /whole number from 0 to 65535/],
  [['serve', '--port', '1e3'], 2, /whole number/],
  [['serve', '--log-level', 'loud'], 2, /Allowed choices are silent, error/],
  [['serve', '--engine', 'oracle:x'], 2, /no engine is called "oracle:x"/],
  [['serve', '--engine', 'memory:', '--host', '0.0.0.0'], 2, /keys create --role admin/],
  [['serve', '--engine', 'sqlite:nowhere/shop.db'], 1, /there is no folder \S+nowhere for a store/],
  [['serve', '--trust-proxy', 'proxy.example'], 2, /proxy\.example is no address and no prefix/],
  [['replay'], 2, /missing required argument 'file'/],
  [['replay', 'a', 'b'], 2, /too many arguments/],
  [['replay', 'a', '--stock', 'half'], 2, /a percentage such as 60%/],
  [['replay', 'a', '--in-flight', '0'], 2, /whole number from 1/],
  [['replay', 'a', '--limit', '-1'], 2, /whole number from 1/],
  [['replay', 'nowhere.csv'], 1, /cannot read nowhere\.csv: there is no such file/],
  [['verify', '--at', 'yesterday'], 2, /a time such as 2026-/],
  [['verify'], 1, /there is no store at \.\/holdfast\.db/],
  [['export', '--engine', 'sqlite:none.db'], 1, /there is no store at none\.db/],
  [['bench'], 2, /missing required argument 'name'/],
  [
    ['bench', 'core', '--engine', 'memory:'],
    2,
    /on stores of its own, and cannot measure "memory:"/,
  ],
  [
    ['bench', 'locking', '--engine', 'postgres://me:secret@127.0.0.1:1/shop'],
    1,
    /cannot measure on postgres:\/\/(?!.*secret).*127\.0\.0\.1:1\/shop: the database is away/,
  ],
  [['bench', 'locking', '--engine', 'postgres://h/shop?locking=no'], 2, /"no" is no locking/],
  [['bench', 'locking'], 2, /bench locking measures on a PostgreSQL server.* --engine postgres:/],
  [
    ['bench', 'locking.hot', 'core', '--engine', 'postgres://localhost/shop'],
    2,
    /core is not measured on the database that locking\.hot needs: run each by itself/,
  ],
  [[], 2, /Usage: holdfast/],
];

for (const [args, code, says] of CASES) {
  test(`holdfast ${args.join(' ')}`, async () => {
    const ended = await run(args);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, says);
    assert.equal(ended.stdout, '');
    assert.doesNotMatch(ended.stderr, /\n\s+at /);
  });
}

test('a wrong HOLDFAST_ENGINE or PORT is named', async () => {
  const engine = await run(['verify'], { env: { HOLDFAST_ENGINE: 'nosuch:' } });
  assert.equal(engine.code, 2);
  assert.match(engine.stderr, /no engine is called "nosuch:"/);
  const bench = await run(['bench', 'core'], { env: { HOLDFAST_ENGINE: 'memory:' } });
  assert.equal(bench.code, 2);
  assert.match(bench.stderr, /cannot measure "memory:": leave out --engine and HOLDFAST_ENGINE/);
  const port = await run(['serve'], { env: { PORT: 'http', HOLDFAST_ENGINE: 'memory:' } });
  assert.equal(port.code, 2);
  assert.match(port.stderr, /PORT/);
});

test('bench says that it leaves the store alone that is named', async () => {
  const { stderr } = await run(['bench', 'nosuch', '--engine', 'sqlite:shop.db']);
  assert.match(stderr, /^bench makes stores of its own; shop\.db is not touched\n/);
});
