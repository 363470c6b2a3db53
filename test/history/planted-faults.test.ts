// The checker finds planted faults alone, each within a number of histories: by what clients were told,
// without a look at the journal. A fault that is not found means that the checker has gone blind.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory } from '../../src/history/check-history.ts';
import { NoAnswer } from './clients.ts';
import { ENGINES } from './engines.ts';
import { FAULTS, type InProcessFault } from './faults.ts';
import { productWith } from './faulty-copy.ts';
import { recordInProcess } from './in-process.ts';

/** Seeds are fixed, so that the numbers can be compared; HOLDFAST_SEED tries others. */
const SEED = Number(process.env.HOLDFAST_SEED ?? 1);
/** A search that needs more goes on with the next history. */
const STEPS_MAX = 100_000;

async function historiesUntilFound(fault: InProcessFault): Promise<number | undefined> {
  const product = await productWith(fault);
  for (let count = 1; count <= fault.within; count += 1) {
    const seed = SEED + count - 1;
    const recorded = await recordInProcess(seed, ENGINES[fault.over], product).catch(noAnswer);
    if (recorded === undefined) return count;
    if (!checkHistory(recorded.history, { stepsMax: STEPS_MAX }).ok) return count;
  }
  return undefined;
}

/** Units that can be neither had nor freed: this fault is found without a search. */
function noAnswer(error: unknown): undefined {
  if (!(error instanceof NoAnswer)) throw error;
}

describe('planted faults', () => {
  for (const fault of FAULTS) {
    test(`${fault.name}: found over ${fault.over}`, async (t) => {
      const count = await historiesUntilFound(fault);
      assert.ok(count !== undefined, `not found in ${fault.within} histories from seed ${SEED}`);
      t.diagnostic(`found in history ${count} (seed ${SEED + count - 1}): ${fault.name}`);
    });
  }
});
