// The library over the PostgreSQL engine does what the naive shop does, and what the memory engine
// does, entry by entry, over restarts: a schema of its own for each sequence.

import { it } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { checkSequences } from './check.ts';

const RUNS = { postgres: 30, 'postgres-conditional': 15, 'postgres-optimistic': 15 } as const;
const skip = postgresMissing() ?? false;

for (const engine of ['postgres', 'postgres-conditional', 'postgres-optimistic'] as const) {
  const runs = RUNS[engine];
  it(`${runs} sequences over ${engine}`, { skip }, () => checkSequences({ engine, runs }));
}
