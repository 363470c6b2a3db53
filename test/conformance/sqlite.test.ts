// The sqlite engine passes the suite that every engine passes, and keeps what it has over restarts.

import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';

runConformance(sqliteKind, { concurrency: 4 });
