// The sale that is attacked, and a small one beside it whose tokens are tried in the first: drafted, armed, opened, and
// settled in the end, with whatever nobody paid for given back.

import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Entry, HoldfastClient } from '../../src/client/index.ts';
import { readJournal } from '../sale/journal-story.ts';
import { PER_ADDRESS, PER_BUYER, type Sizes } from './field.ts';
import { HOME, OTHER_SALE, SALE } from './visitor.ts';

/** What it sells from. */
export const SALE_POOL = `${HOME}:${SALE}`;
const IN_OTHER_SALE = 50;
/** Who forges, replays or steals has genuine tokens, and one order each of them, or less. */
const UNITS_OF_OTHERS = 200;
const OTHERS_EACH = 20;
const LOOK_EVERY_MS = 200;
const WAIT_MAX_MS = 90_000;
/** Over all servers. All who have a pass ask for less; the flood alone would have used it up after some seconds. */
const RATE = { perSecond: 300, burst: 1_500 };
/** Less than one account with a thousand addresses tries. */
const BUYER_RATE = { perSecond: 20, burst: 200 };

/** Enough for everybody who is honest: nobody is turned away for want of units. */
export function unitsOf({ honest, each }: Sizes): number {
  return honest + UNITS_OF_OTHERS + each * OTHERS_EACH;
}

export async function armSales(urls: readonly string[], units: number): Promise<void> {
  const client = clientOf(urls);
  accepted(await client.putPool({ pool: HOME }));
  accepted(await client.receive({ pool: HOME, quantity: units + IN_OTHER_SALE }));
  const limits = [
    { per: 'buyer' as const, quantityMax: PER_BUYER },
    { per: 'address' as const, quantityMax: PER_ADDRESS },
  ];
  const door = {
    challenge: { kind: 'altcha', from: 0, cost: 1 },
    rate: RATE,
    buyerRate: BUYER_RATE,
  };
  const room = { multiple: 2, passFor: '15s', awayAfter: '9s' };
  const items = [{ from: HOME, quantity: units }];
  accepted(await client.sales.create({ sale: SALE, items, limits, room, ...door }));
  const other = { sale: OTHER_SALE, items: [{ from: HOME, quantity: IN_OTHER_SALE }] };
  const brief = { ...room, multiple: 10, passFor: '3s' };
  accepted(await client.sales.create({ ...other, limits, room: brief, ...door }));
  for (const sale of [SALE, OTHER_SALE]) accepted(await client.sales.arm({ sale }));
  await known(urls, 'ARMED');
}

export async function openSales(urls: readonly string[]): Promise<void> {
  for (const sale of [OTHER_SALE, SALE]) accepted(await clientOf(urls).sales.open({ sale }));
  await known(urls, 'OPEN');
}

export interface Settled {
  entries: Entry[];
  home: { available: number; held: number };
}

/** Gives back what is not paid for, closes both, and reads the journal of all of it. */
export async function settleSale(
  urls: readonly string[],
  unpaid: ReadonlySet<string>,
): Promise<Settled> {
  const client = clientOf(urls);
  // What was held for a moment only has ended by itself.
  await Promise.all([...unpaid].map((order) => client.orders.cancel({ order })));
  for (const sale of [SALE, OTHER_SALE]) accepted(await client.sales.close({ sale }));
  await known(urls.slice(0, 1), 'SETTLED');
  let entries: Entry[] = [];
  // Where a record stands behind the store, the journal is that of the record, and a moment behind.
  await until('the journal tells that both are settled', async () => {
    entries = await readJournal(client);
    const settled = entries.flatMap(({ events }) =>
      events.filter(({ type }) => type === 'sale.settled'),
    );
    return settled.length === 2;
  });
  return { entries, home: accepted(await client.pool(HOME)) };
}

/** Until every server has heard of it. */
async function known(urls: readonly string[], state: string): Promise<void> {
  for (const url of urls) {
    const client = clientOf([url]);
    await until(`${url} knows that the sales are ${state}`, async () => {
      const { sales } = accepted(await client.sales.sales());
      return sales.length === 2 && sales.every(({ status }) => status === state);
    });
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + WAIT_MAX_MS;
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
    await wait(LOOK_EVERY_MS);
  }
}

function clientOf(urls: readonly string[]): HoldfastClient {
  return new HoldfastClient({ url: urls[0]! });
}

function accepted<Value>(answer: Answer<Value>): Value {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer.value;
}
