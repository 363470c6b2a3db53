// The suite asks nothing of outcomes and of the journal that only an embedded engine can give: one that
// is behind, and answers late, passes it too.

import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { behind } from './behind.ts';

runConformance({
  name: 'an engine whose journal is behind',
  open: async (time) => behind(new MemoryEngine({ time })),
});
