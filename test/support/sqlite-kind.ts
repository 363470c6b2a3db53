// Opens sqlite engines on files of their own, and the same files again after a close.

import { join } from 'node:path';
import type { TimeSource } from '../../src/engines/clock.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { openEngine } from '../../src/engines/open.ts';
import { fastFolder } from './fast-folder.ts';

const addresses = new WeakMap<Engine, string>();
let folder: string | undefined;
let opened = 0;

/** Half of an open is compiling what its threads run: once per process is enough. */
function prepared(): string {
  const made = fastFolder('sqlite');
  process.env.NODE_COMPILE_CACHE ??= join(made, 'compiled');
  return made;
}

async function openAt(address: string, time: TimeSource): Promise<Engine> {
  const engine = await openEngine(address, { time });
  addresses.set(engine, address);
  return engine;
}

export const sqliteKind = {
  name: 'sqlite',
  open: (time: TimeSource): Promise<Engine> => {
    folder ??= prepared();
    opened += 1;
    return openAt(`sqlite:${join(folder, `${opened}.db`)}`, time);
  },
  reopen: (closed: Engine, time: TimeSource): Promise<Engine> =>
    openAt(addresses.get(closed)!, time),
};
