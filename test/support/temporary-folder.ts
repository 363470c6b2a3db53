// A folder for the files of one test process, gone when the process ends, whether its tests passed or
// not. For files that do not need a disk there is fast-folder.ts.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];
// One listener however many folders: Node.js warns of a leak from the eleventh on.
process.once('exit', () => {
  // What a dying child still writes makes a folder "not empty" once more.
  for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

export function temporaryFolder(name: string, root = tmpdir()): string {
  const folder = mkdtempSync(join(root, `holdfast-${name}-`));
  made.push(folder);
  return folder;
}
