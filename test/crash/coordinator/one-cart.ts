// A process that reserves one cart over home and two parts, and says so on stdout when it was told so. Run
// with HOLDFAST_CRASH_AT it dies on the way: `node one-cart.ts KEY`, the store as the command line names it.

import { parsePart } from '../../../src/engines/coordinator/part-address.ts';
import { openEngine } from '../../../src/engines/open.ts';
import { Stock } from '../../../src/stock.ts';

const { HOLDFAST_ENGINE = '', HOLDFAST_PARTS = '' } = process.env;
const parts = HOLDFAST_PARTS.split(' ').map(parsePart);
const engine = await openEngine(HOLDFAST_ENGINE, { parts });
const stock = await Stock.open(engine, { sweep: false });
const lines = ['tea', 'north:tea', 'south:tea'].map((pool) => ({ pool, quantity: 1 }));
const answer = await stock.reserve({ lines, holdForMs: 900_000 }, { key: process.argv[2]! });
process.stdout.write(answer.ok ? 'reserved\n' : `${answer.code}\n`);
await stock.close();
