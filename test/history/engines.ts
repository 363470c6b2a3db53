// The engines that histories are recorded against in process. Another one is added with a row.

import { join } from 'node:path';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { breakOff } from '../support/broken-connections.ts';
import { fastFolder } from '../support/fast-folder.ts';
import { type FreshSchema, freshSchema } from '../support/postgres.ts';
import type { EngineUnderTest } from './in-process.ts';
import type { Product } from './product.ts';

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

const schemas = new WeakMap<Engine, FreshSchema>();

/** Each of its connections bears the schema's name, so that the right ones are broken off. */
async function openIn(schema: FreshSchema, time: ManualTime, { openEngine }: Product) {
  const address = new URL(schema.address);
  address.searchParams.set('application_name', schema.schema);
  const engine = await openEngine(address.href, { time });
  schemas.set(engine, schema);
  return engine;
}

const postgres: EngineUnderTest = {
  open: async (time, product) => openIn(await freshSchema(), time, product),
  reopen: (closed, time, product) => openIn(schemas.get(closed)!, time, product),
  seenLater: true,
  breakOff: (engine, random) => breakOff(schemas.get(engine)!.schema, random),
  remove: (closed) => schemas.get(closed)!.drop(),
};

export const ENGINES = { memory, sqlite, postgres } as const satisfies Record<
  string,
  EngineUnderTest
>;
