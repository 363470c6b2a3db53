// The library over the memory engine does what the naive shop does.

import { it } from 'node:test';
import { checkSequences } from './check.ts';

const RUNS = 1_940;

it(`${RUNS} sequences over the memory engine`, () =>
  checkSequences({ engine: 'memory', runs: RUNS }));
