// The memory engine passes the suite that every engine passes.

import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { openEngine } from '../../src/engines/open.ts';

runConformance({
  name: 'the memory engine',
  open: (time) => openEngine('memory:', { time }),
});
