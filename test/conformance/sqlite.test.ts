// The sqlite engine passes the suite that every engine passes, and keeps what it has over restarts.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { openEngine } from '../../src/engines/open.ts';
import { KNOWN } from './known.ts';

const folder = await mkdtemp(join(tmpdir(), 'holdfast-conformance-'));
after(() => rm(folder, { recursive: true, force: true }));

const addresses = new WeakMap<Engine, string>();
let opened = 0;

async function openAt(address: string, time: Parameters<typeof openEngine>[1]): Promise<Engine> {
  const engine = await openEngine(address, time);
  addresses.set(engine, address);
  return engine;
}

runConformance(
  {
    name: 'the sqlite engine',
    open: (time) => {
      opened += 1;
      return openAt(`sqlite:${join(folder, `${opened}.db`)}`, { time });
    },
    reopen: (closed, time) => openAt(addresses.get(closed)!, { time }),
  },
  { known: KNOWN },
);
