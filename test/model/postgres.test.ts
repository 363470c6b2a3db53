// The library over the PostgreSQL engine does what the naive shop does, and what the memory engine
// does, entry by entry, over restarts: a schema of its own for each sequence.

import { it } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { checkSequences } from './check.ts';

const RUNS = 30;

it(`${RUNS} sequences over the PostgreSQL engine`, { skip: postgresMissing() ?? false }, () =>
  checkSequences({ engine: 'postgres', runs: RUNS }),
);
