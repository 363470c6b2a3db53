// Deadlines are counted from the commit by the engine's clock, within the bounds that are given.

import assert from 'node:assert/strict';
import type { DeadlineDraft } from '../contract.ts';
import type { Behaviour, Case } from './behaviour.ts';
import { note } from './bench.ts';
import { START_MS } from './manual-time.ts';

/** The deadline of a new document, in ms after the start. */
const after = (deadline: DeadlineDraft | undefined, expectedMs: number | undefined): Case => {
  return async (bench) => {
    const { documents } = await bench.accept({ writes: [note('n', deadline ? { deadline } : {})] });
    const expected = expectedMs === undefined ? undefined : START_MS + expectedMs;
    assert.equal(documents[0]?.deadlineMs, expected);
  };
};

export const deadlines: Behaviour = {
  title: 'deadlines',
  cases: {
    'none stated, none there': after(undefined, undefined),
    'after the commit': after({ afterMs: 500 }, 500),
    'not after: the cap holds': after({ afterMs: 500, notAfterMs: START_MS + 200 }, 200),
    'not after: the cap is far': after({ afterMs: 500, notAfterMs: START_MS + 900 }, 500),
    'not before: never earlier': after({ afterMs: 500, notBeforeMs: START_MS + 700 }, 700),
    'not before: later anyway': after({ afterMs: 500, notBeforeMs: START_MS + 100 }, 500),
    'both: within them': after(
      { afterMs: 500, notBeforeMs: START_MS + 100, notAfterMs: START_MS + 400 },
      400,
    ),
    'keep: nothing to keep': after({ keep: true }, undefined),
    'keep: the one it has': async (bench) => {
      await bench.accept({ writes: [note('n', { deadline: { afterMs: 500 } })] });
      bench.time.passMs(100);
      const kept = await bench.accept({ writes: [note('n', { deadline: { keep: true } })] });
      assert.equal(kept.documents[0]?.deadlineMs, START_MS + 500);
      await bench.accept({ writes: [note('n')] });
      const gone = await bench.accept({ writes: [note('n', { deadline: { keep: true } })] });
      assert.equal(gone.documents[0]?.deadlineMs, undefined);
    },
    'a new one counts from its own commit': async (bench) => {
      await bench.accept({ writes: [note('n', { deadline: { afterMs: 500 } })] });
      bench.time.passMs(100);
      const moved = await bench.accept({ writes: [note('n', { deadline: { afterMs: 500 } })] });
      assert.equal(moved.documents[0]?.deadlineMs, START_MS + 600);
    },
  },
};
