// One sale under load, from the empty store to the verified one: start, draft, arm, warm up, open, load, wait until nothing is
// held, close, settle, read the journal, stop, verify. Brings the numbers together; sale-report.ts judges them.

import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Entry, HoldfastClient } from '../../src/client/index.ts';
import type { CrowdResult } from './crowd.ts';
import { crowdInThread } from './crowd-thread.ts';
import { readJournal } from './journal-story.ts';
import { runK6 } from './k6-run.ts';
import { type SaleSetup, type SetupName, startSetup } from './sale-setup.ts';
import type { LoadResult } from './seconds.ts';
import { TakenAway } from './taken-away.ts';
import { warmUp } from './warm-up.ts';

export interface Rate {
  perSecond: number;
  burst: number;
}

export interface SaleRunOptions {
  setup: SetupName;
  servers: number;
  units: number;
  /** To each buyer. */
  limit: number;
  /** Over all servers. */
  rate?: Rate;
  seconds: number;
  holdForSeconds: number;
  /** The share of those who do not pay. */
  neverPay: number;
  load:
    | { by: 'k6'; users: number; thinkSeconds: number; atOnce: boolean; p99MsMax?: number }
    | {
        by: 'crowd';
        buyers: number;
        attempts: number;
        connections: number;
        seed: number;
        /** How long those who want a unit come again after their last attempt, until all are paid for. */
        lingerSeconds: number;
      };
  /** A folder for what passes between programs. */
  folder: string;
  onProgress?: (phase: string, done: number, total?: number) => void;
}

export interface SaleRun {
  met: LoadResult | CrowdResult;
  entries: Entry[];
  /** Of the pool that the units came from, in the end. */
  home: { available: number; held: number };
  /** Not sold, and not in the sale. */
  keptAtHome: number;
  verify: { ok: boolean; said: string };
}

export const SALE = 'spring';
const HOME = 'kettle';
/** What the sale sells from. */
export const SALE_POOL = `${HOME}:${SALE}`;
const KEPT_AT_HOME = 50;
const LOOK_EVERY_MS = 200;
/** After more than 5 s down nothing is due for a minute. */
const END_WAIT_MS = 180_000;

export async function runSale(options: SaleRunOptions): Promise<SaleRun> {
  const { setup: name, servers, onProgress = () => {} } = options;
  onProgress('starting', 0);
  const setup = await startSetup(name, servers);
  const client = new HoldfastClient({ url: setup.urls[0]! });
  try {
    await armSale(client, options);
    await known(setup.urls, 'ARMED');
    await warmUp(setup.urls, { sale: SALE, pool: HOME });
    accepted(await client.sales.open({ sale: SALE }));
    await known(setup.urls, 'OPEN');
    const met = await watched(crowdOf(setup, options));
    onProgress('waiting for the end', 0);
    await until('nothing is held', async () => (await saleOf(client)).items[0]!.held === 0);
    accepted(await client.sales.close({ sale: SALE }));
    await until('it is settled', async () => (await saleOf(client)).status === 'SETTLED');
    const entries = await wholeJournal(client);
    const home = accepted(await client.pool(HOME));
    onProgress('verifying', 0);
    await setup.stop();
    return { met, entries, home, keptAtHome: KEPT_AT_HOME, verify: await setup.verify() };
  } finally {
    await setup.remove();
  }
}

/** What a load met, and what the machine took away from all of it. */
async function watched(load: Promise<LoadResult | CrowdResult>): Promise<LoadResult | CrowdResult> {
  const takenAway = new TakenAway();
  try {
    const met = await load;
    return { ...met, bySecond: takenAway.in(met.bySecond, met.startedAtMs) };
  } finally {
    takenAway.stop();
  }
}

async function armSale(client: HoldfastClient, options: SaleRunOptions): Promise<void> {
  const { units, limit, rate } = options;
  accepted(await client.putPool({ pool: HOME }));
  accepted(await client.receive({ pool: HOME, quantity: units + KEPT_AT_HOME }));
  const items = [{ from: HOME, quantity: units }];
  const limits = [{ per: 'buyer' as const, quantityMax: limit }];
  accepted(await client.sales.create({ sale: SALE, items, limits, ...(rate && { rate }) }));
  accepted(await client.sales.arm({ sale: SALE }));
}

/** Until every server has heard: one that has not would let the first pass without the sale's rate. */
async function known(urls: readonly string[], state: 'ARMED' | 'OPEN'): Promise<void> {
  for (const url of urls) {
    const client = new HoldfastClient({ url });
    await until(`${url} knows the sale`, async () => {
      const { sales } = accepted(await client.sales.sales());
      return sales.some(({ sale, status }) => sale === SALE && status === state);
    });
  }
}

function crowdOf({ urls }: SaleSetup, options: SaleRunOptions): Promise<LoadResult | CrowdResult> {
  const { load, seconds, units, holdForSeconds, neverPay, folder } = options;
  const { onProgress = () => {} } = options;
  const both = { urls, sale: SALE, pool: HOME, seconds, holdForSeconds };
  if (load.by === 'crowd') {
    const lingers = { untilPaid: units, forMs: load.lingerSeconds * 1_000 };
    return crowdInThread({ ...both, ...load, neverPay, lingers }, (done, total) =>
      onProgress('attempts', done, total),
    );
  }
  const startMs = performance.now();
  const showing = setInterval(() => {
    const passed = Math.floor((performance.now() - startMs) / 1_000);
    onProgress('seconds of k6', Math.min(passed, seconds), seconds);
  }, 1_000);
  const summary = join(folder, 'k6.json');
  return runK6({ ...both, ...load, pay: 1 - neverPay, summary }).finally(() =>
    clearInterval(showing),
  );
}

async function saleOf(client: HoldfastClient) {
  return accepted(await client.sales.sale(SALE));
}

/** Where a record stands behind the store, the journal is that of the record, and a moment behind. */
async function wholeJournal(client: HoldfastClient): Promise<Entry[]> {
  let entries: Entry[] = [];
  await until('the journal tells that it is settled', async () => {
    entries = await readJournal(client);
    return entries.some(({ events }) => events.some(({ type }) => type === 'sale.settled'));
  });
  return entries;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + END_WAIT_MS;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
    await wait(LOOK_EVERY_MS);
  }
}

function accepted<Value>(answer: Answer<Value>): Value {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer.value;
}
