// `kill -9` of a recorder at every step, again and again, and another one that begins where it must: each
// batch is recorded once, whole, and what was said to be recorded is.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { RECORD_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { RecordedStream } from '../../engines/postgres/recorded-stream.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PROGRAM = join(import.meta.dirname, 'one-recorder.ts');
const BATCHES = 8;
const UNITS = 40;
/** After these what was under way stands. */
const STANDS: readonly string[] = ['record-committed', 'lease-extended'];

interface Ran {
  killed: boolean;
  /** The numbers that it said were recorded. */
  said: number[];
  stderr: string;
}

function record(stream: RecordedStream, file: string, crashAt = ''): Promise<Ran> {
  const env = { ...process.env, HOLDFAST_CRASH_AT: crashAt };
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const program = [PROGRAM, stream.schema.address, file];
  execFile(process.execPath, program, { env }, (error, stdout, stderr) => {
    const said = stdout.split('\n').filter(Boolean).map(Number);
    resolve({ killed: error?.signal === 'SIGKILL', said, stderr });
  });
  return promise;
}

/** A shop's doings, a few in each batch. */
async function fileOf(stream: RecordedStream): Promise<string> {
  await stream.shop.fill({ tea: UNITS });
  const lines: string[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const held = await stream.hold(2, `held ${batch}`);
    if (batch % 2 === 1) accepted(await stream.shop.stock.cancel({ reservation: held }));
    lines.push(JSON.stringify(await stream.next()));
  }
  const file = join(temporaryFolder('recorder'), 'stream.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const options = { skip: postgresMissing() ?? false, concurrency: 2 };

describe('a recorder that is killed', options, () => {
  for (const point of RECORD_CRASH_POINTS) {
    test(`at ${point}, every time that it comes there`, async () => {
      const stream = await RecordedStream.open({ epoch: false });
      const file = await fileOf(stream);
      const looker = await stream.recorder();
      let ran = await record(stream, file, `${point}:1`);
      let killed = 0;
      let before = 0;
      for (; ran.killed; killed += 1) {
        const { number } = await looker.look();
        const said = ran.said.at(-1) ?? before;
        if (STANDS.includes(point)) assert.equal(number, Math.min(said + 2, BATCHES));
        else assert.equal(number, said, 'what did not come to its end left nothing');
        before = number;
        // What undoes all of it must let the call before come through.
        ran = await record(stream, file, STANDS.includes(point) ? `${point}:1` : `${point}:2`);
      }
      assert.equal(ran.stderr, '');
      assert.ok(killed >= (point === 'epoch-opened' ? 1 : 4), `killed ${killed} times`);
      assert.equal((await looker.look()).number, BATCHES);
      const memory = await stream.shop.engine.entries({ after: 0, limit: 999 });
      const journal = await stream.read((each) => each.entries({ after: 0, limit: 999 }));
      assert.deepEqual(journal, memory);
      const available = UNITS - BATCHES;
      assert.deepEqual(await stream.balances(), { available, held: BATCHES, problems: [] });
      await stream.close();
    });
  }
});
