// The library over several slots does what the naive shop does: buyers' limits, a pool in the north and carts over
// both lie in slots of their own; a sale lies beside the pool that it sends its units home to, as it must.

import { it } from 'node:test';
import { checkSequences } from './check.ts';

const RUNS = 150;
const SEGMENTED_RUNS = 60;

it(`${RUNS} sequences over slots in memory`, () =>
  checkSequences({ engine: 'memory-slots', runs: RUNS }));

it(`${SEGMENTED_RUNS} sequences over slots in memory, pools in segments`, () =>
  checkSequences({ engine: 'memory-slots', runs: SEGMENTED_RUNS, segments: 3 }));
