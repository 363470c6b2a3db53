// A database that is killed while a stream is recorded, again and again: what was answered is there, what was
// under way is there whole or not at all, and the same batches given again are recorded once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DecidedBatch, Recorder } from '../../../src/engines/postgres/recorder.ts';
import { HoldfastError } from '../../../src/errors.ts';
import { RecordedStream } from '../../engines/postgres/recorded-stream.ts';
import { ownPostgresMissing, startPostgres } from '../../support/postgres.ts';

const KILLS = 4;
const BATCHES = 200;
const ENTRIES = 5;

test('a database that is killed while it records', {
  skip: ownPostgresMissing() ?? false,
}, async () => {
  const server = await startPostgres();
  const stream = await RecordedStream.open({ server: server.address });
  await stream.shop.fill({ tea: BATCHES * ENTRIES });
  const batches: DecidedBatch[] = [await stream.next()];
  while (batches.length < BATCHES) {
    for (let entry = 0; entry < ENTRIES; entry += 1) await stream.hold();
    batches.push(await stream.next());
  }
  const recorder = await Recorder.open(stream.schema.address);
  let failures = 0;
  for (let done = 0; done < BATCHES; ) {
    const isKilled = failures < KILLS && done > (failures * BATCHES) / KILLS / 2;
    const down = isKilled ? server.kill() : undefined;
    try {
      // From the first on: all but some are there.
      const answer = await recorder.recordBatches(batches.slice(0, done + 3));
      assert.ok(answer.ok, JSON.stringify(answer));
      assert.deepEqual(answer.refused, []);
      assert.ok(answer.number >= done, 'what was answered is gone');
      done = answer.number;
    } catch (error) {
      assert.ok(error instanceof HoldfastError && error.code === 'unavailable', String(error));
      failures += 1;
    }
    if (down !== undefined) {
      await down;
      await server.restart();
    }
  }
  assert.ok(failures > 0, 'it was never killed in the middle');
  await recorder.close();
  const memory = await stream.shop.engine.entries({ after: 0, limit: 9_999 });
  const journal = await stream.read((engine) => engine.entries({ after: 0, limit: 9_999 }));
  assert.deepEqual(journal, memory);
  assert.deepEqual((await stream.balances()).problems, []);
  await stream.close();
  await server.remove();
});
