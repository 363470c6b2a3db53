// A store whose pools live in several databases passes the suite that every engine passes: with the pools of
// one case spread over home and two parts, in two ways.

import { it } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { postgresMissing } from '../support/postgres.ts';
import { type Spread, spreadKindOf } from '../support/spread-kind.ts';

/** The suite's pools are called `a`, `b` and so on, most often `a`. */
const SPREADS: readonly Spread[] = [
  { name: 'a and b in parts, the others at home', north: 'a', south: 'b' },
  { name: 'b and c in parts, the others at home', north: 'b', south: 'c' },
];

const missing = postgresMissing();
if (missing === undefined) {
  for (const spread of SPREADS) runConformance(spreadKindOf(spread), { concurrency: 4 });
} else it('conformance of the coordinator', { skip: missing }, () => {});
