// The script that starts the services for a person: what it says is true, and everything ends with it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Readiness } from '../../src/client/replies.ts';
import { once as whenSo } from '../../src/engines/conformance/once.ts';
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
  const ready = async () => {
    const reply = await fetch(`${url}/readyz`);
    const text = await reply.text();
    assert.equal(reply.status, 200, text);
    return JSON.parse(text) as Readiness;
  };
  // Once it carries the streams of its slots, it compares what they keep with the record.
  const { drift } = await whenSo(ready, (said) => said.drift !== undefined);
  assert.equal(drift!.differing, 0);
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
