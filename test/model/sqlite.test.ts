// The library over the sqlite engine does what the naive shop does, and what the memory engine does,
// entry by entry, over restarts. Fewer sequences than in memory: each opens the store twice or more.

import { it } from 'node:test';
import { checkSequences } from './check.ts';

const RUNS = 60;

it(`${RUNS} sequences over the sqlite engine`, () =>
  checkSequences({ engine: 'sqlite', runs: RUNS }));
