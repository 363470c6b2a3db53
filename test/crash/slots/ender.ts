// A process that waits until nothing in a store over slots is undecided, as a server does beside its work, and ends
// what it finds. Run with HOLDFAST_CRASH_AT it dies at that.

import { openEngine } from '../../../src/engines/open.ts';
import type { SlotsEngine } from '../../../src/engines/slots/slots-engine.ts';
import { ended, LEASE_MS } from './slots-files.ts';

const { HOLDFAST_ENGINE = '', HOLDFAST_RECORD = '' } = process.env;
const engine = await openEngine(HOLDFAST_ENGINE, { record: HOLDFAST_RECORD, leaseMs: LEASE_MS });
await ended(engine as SlotsEngine);
process.stdout.write('ended\n');
await engine.close();
