// A process that reserves one cart over three slots and confirms it, and says on stdout what it was told. Run with
// HOLDFAST_CRASH_AT it dies on the way: `node one-sale.ts KEY`, the store and its record as the command line names
// them.

import { openEngine } from '../../../src/engines/open.ts';
import { Stock } from '../../../src/stock.ts';
import { LEASE_MS, POOLS } from './slots-files.ts';

const { HOLDFAST_ENGINE = '', HOLDFAST_RECORD = '' } = process.env;
const key = process.argv[2]!;
const options = { record: HOLDFAST_RECORD, leaseMs: LEASE_MS };
const stock = await Stock.open(await openEngine(HOLDFAST_ENGINE, options), { sweep: false });
const lines = POOLS.map((pool) => ({ pool, quantity: 1 }));
const cart = await stock.reserve({ lines, holdForMs: 900_000 }, { key });
process.stdout.write(cart.ok ? 'reserved\n' : `${cart.code}\n`);
if (cart.ok) {
  const sale = await stock.confirm({ reservation: cart.value.id }, { key: `${key} paid` });
  process.stdout.write(sale.ok ? 'confirmed\n' : `${sale.code}\n`);
}
await stock.close();
