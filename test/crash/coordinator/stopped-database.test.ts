// A database that is stopped at once at every step of a transaction over three of them, home or a part, and
// started again: the server lives, and what it answers holds; all of it or nothing is there, nothing stays in
// doubt, and the same command under the same key is carried out once.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SPREAD_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { ownPostgresMissing, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { SpreadFiles } from './spread-files.ts';

/** A process that is held up is seen in /proc. */
const skip =
  ownPostgresMissing() ?? (process.platform === 'linux' ? false : 'needs /proc: Linux alone');

describe('a database that stops in a transaction over three', { skip }, () => {
  let stopped: PostgresServer;
  let others: PostgresServer;
  before(async () => {
    [stopped, others] = await Promise.all([startPostgres(), startPostgres()]);
  });
  after(() => Promise.all([stopped?.remove(), others?.remove()]));

  for (const place of ['home', 'part'] as const) {
    for (const point of SPREAD_CRASH_POINTS) {
      test(`${place}, at ${point}`, async () => {
        const [home, part] = place === 'home' ? [stopped, others] : [others, stopped];
        const servers = [home, part, others].map(({ address }) => address);
        const files = await SpreadFiles.make(servers);
        const told = await files.cartWhile('one', `${point}:1`, async () => {
          await stopped.stop('immediate');
          await stopped.restart();
        });
        const { code, stdout, stderr } = await files.reconcile();
        assert.equal(code, 0, stdout + stderr);
        assert.equal(await files.inDoubt(), 0);
        const { held, problems } = await files.look();
        assert.deepEqual(problems, []);
        assert.equal(new Set(held).size, 1, `half done: ${held}`);
        if (told.stdout === 'reserved\n') assert.equal(held[0], 1, 'what was answered is there');
        else assert.match(told.stderr, /unavailable|away|cannot be used|contended/, told.stdout);
        assert.equal((await files.cart('one')).stdout, 'reserved\n');
        assert.deepEqual(await files.look(), { held: [1, 1, 1], problems: [] });
        await files.drop();
      });
    }
  }
});
