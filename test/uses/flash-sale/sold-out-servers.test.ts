// A sold-out sale of two servers on one PostgreSQL database: what comes back or comes in is given out within a
// second, in order, whichever server hears of it; and the cap holds though both sell.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { RunningTime } from '../../support/running-time.ts';
import { accepted } from '../../support/shop.ts';
import { closeServers, openServer, type Server } from '../database-servers.ts';

const skip = postgresMissing() ?? false;
/** It takes a tenth of this even on a busy machine; how long, the load of a sale measures (docs/load.md). */
const GIVES_UP_MS = 60_000;

/** How long it takes until it is so, in ms in which the servers, which run in this process, could work. */
async function until(isSo: () => Promise<boolean>): Promise<number> {
  const time = new RunningTime();
  try {
    while (!(await isSo())) assert.ok(time.passedMs < GIVES_UP_MS);
  } finally {
    time.stop();
  }
  return time.passedMs;
}

test('a sold-out sale is served by either server', { skip }, async (t) => {
  const { address } = await freshSchema();
  const servers = [await openServer(address), await openServer(address)];
  t.after(() => closeServers(servers));
  const [one, two] = servers as [Server, Server];
  accepted(await one.stock.putPool({ pool: 'tea' }));
  accepted(await one.stock.receive({ pool: 'tea', quantity: 4 }));
  const items = [{ from: 'tea', quantity: 4 }];
  const whenSoldOut = { do: 'pre-sale', quantityMax: 6 } as const;
  accepted(await one.uses.sales.create({ sale: 'spring', items, whenSoldOut }));
  for (const verb of ['arm', 'open'] as const) {
    accepted(await one.uses.sales[verb]({ sale: 'spring' }));
  }
  const crowd = await Promise.all(
    Array.from({ length: 40 }, (_, index) => {
      const lines = [{ pool: 'tea', quantity: 1 }];
      const { uses } = index % 2 === 0 ? one : two;
      return uses.sales.checkout({ sale: 'spring', buyer: `b${index}`, lines });
    }),
  );
  const made = crowd.flatMap((answer) => (answer.ok ? [answer.value] : []));
  const pre = made.filter(({ preSold }) => preSold !== undefined).map(({ id }) => id);
  assert.deepEqual([made.length, pre.length], [10, 6]);

  // What comes in at one is given out though that one is told nothing more.
  const isServed = async (id: string) => (await two.uses.orders.order(id))!.awaitsStock !== true;
  accepted(await one.stock.receive({ pool: 'tea', quantity: 6 }));
  const servedMs = await until(async () => (await Promise.all(pre.map(isServed))).every(Boolean));
  t.diagnostic(`served after ${Math.round(servedMs)} ms`);

  const list = { do: 'waiting-list' } as const;
  accepted(await two.uses.sales.put({ sale: 'spring', items, whenSoldOut: list }));
  const place = { pool: 'tea:spring', buyer: 'late', quantity: 1 };
  const { id: waiter } = accepted(await two.uses.waiting.join(place));
  const own = made.find(({ preSold }) => preSold === undefined)!;
  accepted(await one.uses.orders.cancel({ order: own.id }));
  const offeredMs = await until(async () => {
    const found = await one.uses.waiting.waiter({ pool: 'tea:spring', waiter });
    return found!.status === 'OFFERED';
  });
  t.diagnostic(`offered after ${Math.round(offeredMs)} ms`);
  accepted(await one.uses.sales.close({ sale: 'spring' }));
});
