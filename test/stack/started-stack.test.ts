// The script that starts the services for a person: what it says is true, and everything ends with it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { emptyFolder, seen, start } from '../cli/cli-process.ts';
import { kafkaAnswers } from '../support/kafka/server.ts';
import { ownKafkaMissing } from '../support/kafka.ts';
import { answers as postgresAnswers } from '../support/postgres/server.ts';
import { ownPostgresMissing } from '../support/postgres.ts';
import { answers as redisAnswers } from '../support/redis/server.ts';
import { ownRedisMissing } from '../support/redis.ts';
import { ROOT } from '../support/test-files.ts';

const missing = ownRedisMissing() ?? ownPostgresMissing() ?? ownKafkaMissing();

test('npm run services: a server runs on them, and they end', {
  skip: missing ?? false,
}, async (t) => {
  const script = join(ROOT, 'test/start-stack.ts');
  const services = spawn(process.execPath, [script, '--json'], { stdio: ['ignore', 'pipe', 2] });
  t.after(() => services.kill('SIGTERM'));
  const [line] = await seen(services.stdout!, /^\{.*\}$/m);
  const { redis, postgres, kafka, serve } = JSON.parse(line);
  const args = ['serve', '--port', '0', '--json', ...serve];
  const { child, ended } = start(args, { cwd: emptyFolder() });
  t.after(() => child.kill('SIGKILL'));
  const [, url] = await seen(child.stdout, /"url":"([^"]+)"/);
  const ready = await fetch(`${url}/readyz`);
  assert.equal(ready.status, 200, await ready.text());
  child.kill('SIGTERM');
  assert.equal((await ended).code, 0);

  const exited = once(services, 'exit');
  services.kill('SIGINT');
  assert.deepEqual(await exited, [0, null]);
  const left = await Promise.all([
    ...redis.map(redisAnswers),
    postgresAnswers(postgres),
    kafkaAnswers(kafka),
  ]);
  assert.deepEqual(left, [false, false, false, false, false]);
});
