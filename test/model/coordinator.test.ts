// The library over a store whose pools live in three databases does what the naive shop does, and what the
// memory engine does, entry by entry, over restarts.

import { it } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { checkSequences } from './check.ts';

const RUNS = 15;

it(`${RUNS} sequences over three databases`, { skip: postgresMissing() ?? false }, () =>
  checkSequences({ engine: 'coordinator', runs: RUNS }),
);
