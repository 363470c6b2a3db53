// Loaded into the process of each test file. One that does not end, because a test hangs or left something
// open, ends itself in time and says what it was that kept it.

import { FILE_ENDS_MS } from './limits.ts';

setTimeout(() => {
  const open = process.getActiveResourcesInfo().join(', ');
  process.stderr.write(
    `not ended after ${FILE_ENDS_MS / 60_000} minutes; still open: ${open}\n`,
    () => process.exit(1),
  );
}, FILE_ENDS_MS).unref();
