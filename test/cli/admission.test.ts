// `holdfast serve --admission`: what happens to a server whose Redis is away, or that has it and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provideRedis, redisMissing } from '../support/redis.ts';
import { emptyFolder, run, seen, start } from './cli-process.ts';

/** Nobody listens there. */
const AWAY = 'redis://127.0.0.1:1';
const SERVE = ['serve', '--json', '--port', '0', '--log-level', 'error'];
const SECRET = { HOLDFAST_ADMISSION_SECRET: 'one secret for all servers of a shop' };

test('no server signs with another secret because the Redis that has it is away', async () => {
  const cwd = emptyFolder();
  const { code, stderr } = await run([...SERVE, '--admission', AWAY], { cwd });
  assert.equal(code, 1);
  assert.match(stderr, /^holdfast: --admission: Redis is away.*HOLDFAST_ADMISSION_SECRET\n$/);

  const { child, ended } = start([...SERVE, '--admission', AWAY], { cwd, env: SECRET });
  await seen(child.stdout, /"url":/);
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);
});

const skip = redisMissing() ?? false;
test('a server that cannot open its store ends, whatever it has opened before', {
  skip,
}, async () => {
  const admission = `${await provideRedis()}?name=no-store`;
  const asked = [...SERVE, '--admission', admission, '--engine', 'sqlite:no/such/folder/shop.db'];
  const { code, stderr } = await run(asked, { env: SECRET });
  assert.equal(code, 1, stderr);
});
