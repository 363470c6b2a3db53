// A folder for the files of one test process, gone when it ends. In memory where the system has such
// a place: these tests are about behaviour, not about what survives a power cut.

import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { temporaryFolder } from './temporary-folder.ts';

const IN_MEMORY = '/dev/shm';

export function fastFolder(name: string): string {
  return temporaryFolder(name, root());
}

function root(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    return IN_MEMORY;
  } catch {
    return tmpdir();
  }
}
