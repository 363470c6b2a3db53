// A store over several slots in memory passes the suite that every engine passes, but for what slots that decide
// together cannot give.

import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { memorySlotsKindOf } from '../support/memory-slots-kind.ts';
import { SLOTS_KNOWN } from '../support/slots-known.ts';

runConformance(memorySlotsKindOf(4), { known: SLOTS_KNOWN });
