// What the sweeper asks: which documents are due, and when the next one will be.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, note } from './bench.ts';
import { START_MS } from './manual-time.ts';

const timed = (id: string, afterMs: number) => note(id, { deadline: { afterMs } });

async function due(bench: Bench, limit = 10): Promise<string[]> {
  return (await bench.engine.due(limit)).map(({ id }) => id);
}

export const dueDocuments: Behaviour = {
  title: 'due documents',
  cases: {
    'from the deadline on, earliest first': async (bench) => {
      await bench.accept({ writes: [timed('late', 300), timed('early', 100), timed('mid', 200)] });
      bench.time.passMs(99);
      assert.deepEqual(await due(bench), []);
      bench.time.passMs(1);
      assert.deepEqual(await due(bench), ['early']);
      bench.time.passMs(500);
      assert.deepEqual(await due(bench), ['early', 'mid', 'late']);
      assert.deepEqual(await due(bench, 2), ['early', 'mid']);
    },
    'of one moment by id': async (bench) => {
      await bench.accept({ writes: ['b', 'd', 'a', 'c'].map((id) => timed(id, 100)) });
      bench.time.passMs(100);
      assert.deepEqual(await due(bench), ['a', 'b', 'c', 'd']);
      assert.deepEqual(await due(bench, 3), ['a', 'b', 'c']);
    },
    'asking changes nothing': async (bench) => {
      await bench.accept({ writes: [timed('a', 1)] });
      bench.time.passMs(1);
      assert.deepEqual(await due(bench), ['a']);
      assert.deepEqual(await due(bench), ['a']);
    },
    'a deadline that was taken away or moved does not count': async (bench) => {
      await bench.accept({ writes: [timed('gone', 100), timed('moved', 100)] });
      await bench.accept({ writes: [note('gone'), timed('moved', 500)] });
      bench.time.passMs(100);
      assert.deepEqual(await due(bench), []);
      bench.time.passMs(400);
      assert.deepEqual(await due(bench), ['moved']);
    },
    'a deadline that came back counts once': async (bench) => {
      await bench.accept({ writes: [timed('a', 100)] });
      await bench.accept({ writes: [note('a')] });
      await bench.accept({ writes: [timed('a', 100)] });
      bench.time.passMs(100);
      assert.deepEqual(await due(bench), ['a']);
    },
    'the next deadline': async (bench) => {
      assert.equal(bench.engine.nextDeadlineMs(), undefined);
      const next = () => bench.engine.nextDeadlineMs();
      await bench.accept({ writes: [timed('b', 200), timed('a', 100)] });
      await bench.becomes(next, START_MS + 100);
      await bench.accept({ writes: [note('a')] });
      await bench.becomes(next, START_MS + 200);
      await bench.accept({ writes: [note('b')] });
      await bench.becomes(next, undefined);
    },
    'many, in any order': async (bench) => {
      const writes = Array.from({ length: 500 }, (_, index) => {
        const afterMs = 1 + ((index * 7_919) % 500);
        return timed(`n${String(afterMs).padStart(3, '0')}`, afterMs);
      });
      await bench.accept({ writes });
      bench.time.passMs(250);
      const expected = Array.from(
        { length: 250 },
        (_, at) => `n${String(at + 1).padStart(3, '0')}`,
      );
      assert.deepEqual(await due(bench, 1_000), expected);
    },
  },
};
