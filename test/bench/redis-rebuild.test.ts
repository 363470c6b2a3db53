// The figure of a rebuild is made in one short form, so that it cannot rot.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { ROOT } from '../support/test-files.ts';

const LIVE = 2_000;
const skip = redisMissing() ?? postgresMissing() ?? false;

test('redis.rebuild', { skip }, async () => {
  const command = ['bench/redis-rebuild.ts', '--live', String(LIVE)];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT });
  const figure = JSON.parse(stdout);
  assert.equal(figure.name, 'redis.rebuild');
  // A pool has a document too.
  const [pools, documents] = [figure.owners, figure.documents];
  assert.deepEqual([documents, figure.deadlines], [LIVE + pools, LIVE]);
});
