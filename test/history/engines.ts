// The engines that histories are recorded against in process. Another one is added with a row.

import { join } from 'node:path';
import type { Engine } from '../../src/engines/contract.ts';
import { fastFolder } from '../support/fast-folder.ts';
import type { EngineUnderTest } from './in-process.ts';

const memory: EngineUnderTest = {
  open: (time, { openEngine }) => openEngine('memory:', { time }),
};

const addresses = new WeakMap<Engine, string>();
let folder: string | undefined;
let opened = 0;

const sqlite: EngineUnderTest = {
  async open(time, { openEngine }) {
    folder ??= fastFolder('history');
    process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled');
    opened += 1;
    const address = `sqlite:${join(folder, `${opened}.db`)}`;
    const engine = await openEngine(address, { time });
    addresses.set(engine, address);
    return engine;
  },
  async reopen(closed, time, { openEngine }) {
    const address = addresses.get(closed)!;
    const engine = await openEngine(address, { time });
    addresses.set(engine, address);
    return engine;
  },
};

export const ENGINES = { memory, sqlite } as const satisfies Record<string, EngineUnderTest>;
