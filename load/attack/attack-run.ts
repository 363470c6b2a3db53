// One sale under attack, from the empty store to the verified one: start, arm, let everybody join, open, let honest
// buyers and all attacks loose at once, start the servers again, replay once more, settle, read the journal, stop,
// verify. Brings together what came of it; attack-report.ts judges.

import { randomBytes } from 'node:crypto';
import type { Entry } from '../../src/client/index.ts';
import { type SetupName, startSetup } from '../sale/sale-setup.ts';
import { accountsAtOneAddress, addressesOfOneAccount } from './crowds.ts';
import { Door, PROXY } from './door.ts';
import { Field, type Sizes } from './field.ts';
import { Flood, type Flooded } from './flood.ts';
import { forgeries } from './forged.ts';
import { forgeAddresses } from './forwarded.ts';
import { buyHonestly, type Honest, joinHonest } from './honest.ts';
import { replays, replaysAfterRestart, type Used, useBeforeRestart } from './replays.ts';
import { armSales, openSales, settleSale, unitsOf } from './sale-of-attack.ts';
import { thefts } from './stolen.ts';
import { type Row, Tally } from './tally.ts';

export interface AttackOptions {
  setup: SetupName;
  servers: number;
  sizes: Sizes;
  /** When servers turn away who waited so long. Default: theirs. */
  shedAfterMs?: number;
  onProgress?: (phase: string, done: number, total?: number) => void;
}

export interface AttackRun {
  units: number;
  honest: Honest[];
  rows: Row[];
  /** Told to all but honest buyers. */
  ordersOfOthers: number;
  /** Where each buyer really comes from. */
  addresses: ReadonlyMap<string, string>;
  entries: Entry[];
  /** Of the pool that the units came from, in the end. */
  home: { available: number; held: number };
  flooded: Flooded;
  /** From the opening until all attacks were over. */
  tookSeconds: number;
  verify: { ok: boolean; said: string };
}

export async function runAttack(options: AttackOptions): Promise<AttackRun> {
  const { setup: name, servers, sizes, shedAfterMs, onProgress = () => {} } = options;
  const secret = randomBytes(32).toString('hex');
  onProgress('starting', 0);
  const shedding = shedAfterMs === undefined ? [] : ['--shed-after-ms', String(shedAfterMs)];
  const setup = await startSetup(name, servers, {
    more: ['--trust-proxy', PROXY, ...shedding],
    env: { HOLDFAST_ADMISSION_SECRET: secret },
    sharesAdmission: true,
  });
  const door = new Door(() => setup.urls);
  const field = new Field({ door, tally: new Tally(), sizes, secret });
  try {
    const units = unitsOf(sizes);
    await armSales(setup.urls, units);
    onProgress('preparing', 0);
    const { honest, passes, flooded, tookSeconds } = await allAtOnce(field, setup.urls, onProgress);
    const used: Used = { passes, solutions: await useBeforeRestart(field) };
    onProgress('starting again', 0);
    door.hangUp();
    await setup.restart();
    await replaysAfterRestart(field, used);
    onProgress('settling', 0);
    const told = field.tally.orders();
    const { entries, home } = await settleSale(setup.urls, told);
    onProgress('verifying', 0);
    await setup.stop();
    return {
      ...{ units, honest, rows: field.tally.rows(), ordersOfOthers: told.size },
      ...{ addresses: field.addresses, entries, home, tookSeconds, flooded },
      verify: await setup.verify(),
    };
  } finally {
    await door.close();
    await setup.remove();
  }
}

interface Met {
  honest: Honest[];
  passes: Used['passes'];
  flooded: Flooded;
  tookSeconds: number;
}

/** Who attacks comes before the opening, with everything solved. */
async function allAtOnce(
  field: Field,
  urls: readonly string[],
  onProgress: NonNullable<AttackOptions['onProgress']>,
): Promise<Met> {
  const { sizes } = field;
  let done = 0;
  const onDone = () => {
    done += 1;
    onProgress('attempts of the crowds', done, sizes.honest + sizes.accounts + sizes.addresses);
  };
  const attacks = Promise.all([
    replays(field),
    accountsAtOneAddress(field, onDone),
    addressesOfOneAccount(field, onDone),
    forgeries(field),
    thefts(field),
    forgeAddresses(field),
  ]);
  await Promise.race([attacks, field.prepared()]);
  const early = await joinHonest(field);
  await openSales(urls);
  const startMs = performance.now();
  const flood = await Flood.start(urls, sizes.flood);
  const [honest, [passes]] = await Promise.all([buyHonestly(field, early, onDone), attacks]);
  const tookSeconds = (performance.now() - startMs) / 1_000;
  return { honest, passes, flooded: await flood.stop(), tookSeconds };
}
