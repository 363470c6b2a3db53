// Deadlines are counted from the commit by the engine's clock, within the bounds that are given.

import assert from 'node:assert/strict';
import type { DeadlineDraft } from '../contract.ts';
import type { Behaviour, Case } from './behaviour.ts';
import { type Bench, note } from './bench.ts';

/** Bounds are stated in ms after the start of the case. */
function from(bench: Bench, deadline: DeadlineDraft): DeadlineDraft {
  if ('keep' in deadline) return deadline;
  const { afterMs, notBeforeMs, notAfterMs } = deadline;
  return {
    afterMs,
    ...(notBeforeMs === undefined ? {} : { notBeforeMs: bench.startMs + notBeforeMs }),
    ...(notAfterMs === undefined ? {} : { notAfterMs: bench.startMs + notAfterMs }),
  };
}

/** The deadline of a new document, in ms after the start. */
const after = (deadline: DeadlineDraft | undefined, expectedMs: number | undefined): Case => {
  return async (bench) => {
    const draft = deadline === undefined ? {} : { deadline: from(bench, deadline) };
    const { documents } = await bench.accept({ writes: [note(bench.own('n'), draft)] });
    const expected = expectedMs === undefined ? undefined : bench.startMs + expectedMs;
    assert.equal(documents[0]?.deadlineMs, expected);
  };
};

export const deadlines: Behaviour = {
  title: 'deadlines',
  shared: true,
  cases: {
    'none stated, none there': after(undefined, undefined),
    'after the commit': after({ afterMs: 500 }, 500),
    'not after: the cap holds': after({ afterMs: 500, notAfterMs: 200 }, 200),
    'not after: the cap is far': after({ afterMs: 500, notAfterMs: 900 }, 500),
    'not before: never earlier': after({ afterMs: 500, notBeforeMs: 700 }, 700),
    'not before: later anyway': after({ afterMs: 500, notBeforeMs: 100 }, 500),
    'both: within them': after({ afterMs: 500, notBeforeMs: 100, notAfterMs: 400 }, 400),
    'keep: nothing to keep': after({ keep: true }, undefined),
    'keep: the one it has': async (bench) => {
      await bench.accept({ writes: [note(bench.own('n'), { deadline: { afterMs: 500 } })] });
      bench.time.passMs(100);
      const kept = await bench.accept({
        writes: [note(bench.own('n'), { deadline: { keep: true } })],
      });
      assert.equal(kept.documents[0]?.deadlineMs, bench.startMs + 500);
      await bench.accept({ writes: [note(bench.own('n'))] });
      const gone = await bench.accept({
        writes: [note(bench.own('n'), { deadline: { keep: true } })],
      });
      assert.equal(gone.documents[0]?.deadlineMs, undefined);
    },
    'a new one counts from its own commit': async (bench) => {
      await bench.accept({ writes: [note(bench.own('n'), { deadline: { afterMs: 500 } })] });
      bench.time.passMs(100);
      const moved = await bench.accept({
        writes: [note(bench.own('n'), { deadline: { afterMs: 500 } })],
      });
      assert.equal(moved.documents[0]?.deadlineMs, bench.startMs + 600);
    },
  },
};
