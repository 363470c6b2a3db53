// What memory decides and a recorder has put into PostgreSQL, in batches that are cut, repeated and
// interrupted, reads there as it does in memory, entry by entry, and verifies; the library over it does what
// the naive shop does.

import { it } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { checkSequences } from './check.ts';

const RUNS = 30;

it(`${RUNS} sequences that are recorded`, { skip: postgresMissing() ?? false }, () =>
  checkSequences({ engine: 'recorded', runs: RUNS }),
);
