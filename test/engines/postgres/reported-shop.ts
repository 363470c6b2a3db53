// A shop in a schema of its own with a little of everything in it, and a session that looks at it with
// SQL, for tests of the views. Its time is a day ahead and moves when told to: the views take the
// database's time or the latest one in the store, whichever is later.

import { Client } from 'pg';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { freshSchema } from '../../support/postgres.ts';
import { accepted } from '../../support/shop.ts';

const DAY_MS = 86_400_000;
export const STRANGE_BUYER = 'Zoë "100%"/!\\';

export interface ReportedShop {
  stock: Stock;
  time: ManualTime;
  address: string;
  ask(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function openReportedShop(): Promise<ReportedShop> {
  const { address, schema, drop } = await freshSchema();
  const time = new ManualTime(Date.now() + DAY_MS);
  const stock = await Stock.open(await PostgresEngine.open(address, { time }), { sweep: false });
  const client = new Client({ connectionString: postgresAddress(address).connectionString });
  await client.connect();
  await client.query(`SET search_path = ${schema}; SET TIME ZONE 'Asia/Tokyo'`);
  return {
    ...{ stock, time, address },
    ask: async (sql) => (await client.query(sql)).rows,
    async close() {
      await client.end();
      await stock.close();
      await drop();
    },
  };
}

/** Ends with one reservation that is due and that nobody has tidied up. */
export async function fillReportedShop({ stock, time }: ReportedShop): Promise<void> {
  accepted(await stock.putPool({ pool: 'tea', place: 'berlin' }));
  accepted(await stock.putPool({ pool: 'tea-online', product: 'tea', home: 'tea' }));
  accepted(await stock.putPool({ pool: 'cup' }));
  for (const pool of ['tea', 'cup']) accepted(await stock.receive({ pool, quantity: 100 }));
  accepted(await stock.transfer({ from: 'tea', to: 'tea-online', quantity: 30 }));
  accepted(await stock.adjust({ pool: 'cup', quantity: -2, reason: 'broken' }));
  const limit = { limit: 'per-day', per: 'buyer', scope: 'all', quantityMax: 9 } as const;
  accepted(await stock.putLimit({ ...limit, period: 'day' }));
  const reserve = async (tea: number, holdForMs: number, buyer: string) => {
    const lines = [
      { pool: 'tea', quantity: tea },
      { pool: 'cup', quantity: 1 },
    ];
    const metadata = { till: 3 };
    return accepted(await stock.reserve({ lines, holdForMs, buyer, reference: 'r-1', metadata }))
      .id;
  };
  const sold = await reserve(3, 60_000, STRANGE_BUYER);
  accepted(await stock.confirm({ reservation: sold }));
  accepted(await stock.return({ reservation: sold, lines: [{ pool: 'tea', quantity: 1 }] }));
  accepted(await stock.cancel({ reservation: await reserve(2, 60_000, 'ann') }));
  await reserve(5, 3_600_000, 'ben');
  await reserve(4, 1_000, 'cleo');
  time.passMs(2_000);
  // The store's time is that of its last entry.
  accepted(await stock.receive({ pool: 'cup', quantity: 1 }, { key: 'delivery-2' }));
  await stock.engine.entries({ after: 0, limit: 1 });
}
