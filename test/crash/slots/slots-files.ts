// A store over slots for one case of a crash: made and filled, given to processes that die, taken from Redis, looked
// at afterwards. Expects nothing.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openEngine } from '../../../src/engines/open.ts';
import { keysOf } from '../../../src/engines/redis/keys.ts';
import { slotNamespaces } from '../../../src/engines/redis/open-slots.ts';
import { PARTS } from '../../../src/engines/slots/forms.ts';
import type { SlotsEngine } from '../../../src/engines/slots/slots-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { type FreshSchema, freshSchema } from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { provideRedis } from '../../support/redis.ts';
import { freshSlots } from '../../support/redis-slots-kind.ts';

/** Each in a slot of its own: the first of them is home of a cart. */
export const POOLS = ['tea', 'coffee', 'spoon'] as const;
export const SLOTS = 3;
export const UNITS = 5;
/** Longer than a busy machine keeps a server from extending it. */
export const LEASE_MS = 10_000;
const SALE = join(import.meta.dirname, 'one-sale.ts');
const ENDER = join(import.meta.dirname, 'ender.ts');
const ENDED_MAX_MS = 180_000;
const POLL_MS = 50;

export interface Ran {
  killed: boolean;
  stdout: string;
  stderr: string;
}

/** Units of each pool, and what verify finds wrong. */
export interface Seen {
  held: number[];
  sold: number[];
  inTransit: number[];
  problems: string[];
}

/** Waits until no part stands in any slot. */
export async function ended(engine: SlotsEngine): Promise<void> {
  const startMs = performance.now();
  while (performance.now() - startMs < ENDED_MAX_MS) {
    const found = await Promise.all(engine.slots.map((slot) => slot.undecidedOn(PARTS, 1)));
    if (found.every(({ length }) => length === 0)) return;
    await delay(POLL_MS);
  }
  throw new Error('something is still undecided');
}

type Slots = Awaited<ReturnType<typeof freshSlots>>;

export class SlotsFiles {
  readonly #slots: Slots;
  readonly #schema: FreshSchema;

  private constructor(slots: Slots, schema: FreshSchema) {
    this.#slots = slots;
    this.#schema = schema;
  }

  static async make(): Promise<SlotsFiles> {
    const files = new SlotsFiles(await freshSlots(SLOTS), await freshSchema());
    const stock = await Stock.open(await files.#open(), { sweep: false });
    for (const pool of POOLS) {
      await stock.putPool({ pool });
      await stock.receive({ pool, quantity: UNITS });
    }
    await stock.close();
    return files;
  }

  /** Sells one unit of each pool in a process that dies at a point. */
  sale(key: string, crashAt = ''): Promise<Ran> {
    return this.#run([SALE, key], crashAt);
  }

  /** Another server comes by; it may die as well. */
  end(crashAt = ''): Promise<Ran> {
    return this.#run([ENDER], crashAt);
  }

  /** Redis has nothing of the store any more. */
  async lose(): Promise<void> {
    const names = slotNamespaces(this.#slots.namespace, SLOTS);
    const keys = names.flatMap((name) => keysOf(name).all);
    await ask(await provideRedis(), ['DEL', ...keys]);
  }

  /** Once nothing is undecided. */
  async look(): Promise<Seen> {
    const engine = await this.#open();
    try {
      await ended(engine);
      // What the dead had decided is recorded before what comes behind it.
      await Promise.all(engine.slots.map((slot) => slot.commit([{ events: [] }])));
      await engine.recorded();
      const { problems } = await verify(engine);
      const owners = await engine.owners(POOLS);
      const unitsIn = (name: string) => owners.map((owner) => owner?.accounts[name]?.balance ?? 0);
      return {
        ...{ held: unitsIn('held'), sold: unitsIn('sold'), inTransit: unitsIn('in-transit') },
        problems: problems.map(({ invariant, what }) => `${invariant}: ${what}`),
      };
    } finally {
      await engine.close();
    }
  }

  async drop(): Promise<void> {
    await this.#slots.drop();
    await this.#schema.drop();
  }

  async #open(): Promise<SlotsEngine> {
    const options = { record: this.#schema.address, leaseMs: LEASE_MS };
    return (await openEngine(this.#slots.address, options)) as SlotsEngine;
  }

  #run(args: readonly string[], crashAt: string): Promise<Ran> {
    const env = {
      ...process.env,
      ...{ HOLDFAST_ENGINE: this.#slots.address, HOLDFAST_RECORD: this.#schema.address },
      HOLDFAST_CRASH_AT: crashAt,
    };
    return new Promise((resolve) => {
      execFile(process.execPath, [...args], { env }, (error, stdout, stderr) => {
        resolve({ killed: error?.signal === 'SIGKILL', stdout, stderr });
      });
    });
  }
}
