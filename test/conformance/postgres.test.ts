// The PostgreSQL engine passes the suite that every engine passes, on a real server, in a schema for each
// case.

import { it } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { postgresMissing } from '../support/postgres.ts';
import { postgresKind } from '../support/postgres-kind.ts';

const missing = postgresMissing();
if (missing === undefined) runConformance(postgresKind, { concurrency: 4 });
else it('conformance of postgres', { skip: missing }, () => {});
