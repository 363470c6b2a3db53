// The engine's clock: never back, and expiry stops when the wall clock jumps ahead, until a person
// has looked.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, note } from './bench.ts';
import { START_MS } from './manual-time.ts';

async function due(bench: Bench): Promise<string[]> {
  return (await bench.engine.due(10)).map(({ id }) => id);
}

const timed = { writes: [note('n', { deadline: { afterMs: 60_000 } })] };

export const clock: Behaviour = {
  title: 'clock',
  cases: {
    'entries carry it': async (bench) => {
      await bench.accept({});
      bench.time.passMs(7);
      assert.equal((await bench.accept({})).atMs, START_MS + 7);
      const { nowMs, dueMs, stopped } = bench.engine.clock();
      assert.deepEqual([nowMs, dueMs, stopped], [START_MS + 7, START_MS + 7, undefined]);
    },
    'a jump forward of more than 5 s stops expiry': async (bench) => {
      await bench.accept(timed);
      bench.time.jumpMs(3_600_000);
      assert.deepEqual(await due(bench), []);
      assert.ok(bench.engine.clock().stopped);
      bench.time.passMs(120_000);
      assert.deepEqual(await due(bench), []);
      await bench.refuse({ guards: [{ document: 'n', due: true }] });
      await bench.accept({ guards: [{ document: 'n', due: false }] });
    },
    'it goes on when a person has looked': async (bench) => {
      await bench.accept(timed);
      bench.time.jumpMs(3_600_000);
      assert.deepEqual(await due(bench), []);
      bench.engine.resumeExpiry();
      assert.equal(bench.engine.clock().stopped, undefined);
      assert.deepEqual(await due(bench), ['n']);
    },
    'a jump forward of 5 s and less is followed': async (bench) => {
      await bench.accept(timed);
      bench.time.passMs(56_000);
      bench.time.jumpMs(5_000);
      assert.equal(bench.engine.clock().stopped, undefined);
      assert.deepEqual(await due(bench), ['n']);
    },
    'what was due before the jump stays due': async (bench) => {
      await bench.accept(timed);
      bench.time.passMs(60_000);
      assert.deepEqual(await due(bench), ['n']);
      bench.time.jumpMs(3_600_000);
      assert.deepEqual(await due(bench), ['n']);
    },
    'a wall clock set back does not turn time back': async (bench) => {
      await bench.accept({});
      bench.time.passMs(1_000);
      await bench.accept({});
      bench.time.jumpMs(-3_600_000);
      assert.equal((await bench.accept({})).atMs, START_MS + 1_000);
    },
    'after a jump back time goes on at its pace': async (bench) => {
      await bench.accept(timed);
      bench.time.jumpMs(-3_600_000);
      bench.time.passMs(59_999);
      assert.deepEqual(await due(bench), []);
      bench.time.passMs(1);
      assert.deepEqual(await due(bench), ['n']);
      assert.equal(bench.engine.clock().stopped, undefined);
    },
    'after a jump back, however often it is read': async (bench) => {
      await bench.accept(timed);
      bench.time.jumpMs(-3_600_000);
      for (let reading = 0; reading < 40_000; reading += 1) {
        bench.time.passMs(1.5);
        bench.engine.clock();
      }
      assert.equal(bench.engine.clock().nowMs, START_MS + 60_000);
    },
    'a clock that is put right again is no jump': async (bench) => {
      await bench.accept({});
      bench.time.jumpMs(-3_600_000);
      bench.time.passMs(10_000);
      bench.engine.clock();
      bench.time.jumpMs(3_600_000);
      const { nowMs, stopped } = bench.engine.clock();
      assert.deepEqual([nowMs, stopped], [START_MS + 10_000, undefined]);
    },
    'whole milliseconds': async (bench) => {
      bench.time.passMs(0.7);
      assert.ok(Number.isInteger((await bench.accept({})).atMs));
    },
  },
};
