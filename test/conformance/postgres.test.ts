// The PostgreSQL engine passes the suite that every engine passes, on a real server, in a schema for each
// case, with every locking strategy.

import { it } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { LOCKINGS } from '../../src/engines/postgres/locking.ts';
import { postgresMissing } from '../support/postgres.ts';
import { postgresKindOf } from '../support/postgres-kind.ts';

const missing = postgresMissing();
if (missing === undefined) {
  for (const locking of LOCKINGS) runConformance(postgresKindOf(locking), { concurrency: 4 });
} else it('conformance of postgres', { skip: missing }, () => {});
