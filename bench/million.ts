// `node FLAGS bench/million.ts load|orders|start PATH [COUNT]`, with the flags that bin/holdfast sets: what
// a million live reservations cost, or a million open orders with theirs. `load` and `orders` make them one
// command each and wait for the tables; `start` opens the store again. Prints one JSON object; sizes in MB, times in ms.

import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { SqliteEngine } from '../src/engines/sqlite/sqlite-engine.ts';
import { Stock } from '../src/stock.ts';
import { openUses } from '../src/uses/open-uses.ts';

// As the command line does it: the bound is this thread's alone (src/cli/main.ts).
setFlagsFromString('--max-semi-space-size=0');

const POOLS = 1_000;
const BUYERS = 1_000_000;
const CALLERS = 1_000;
const DAY_MS = 86_400_000;

const [what, path, count = '1000000'] = process.argv.slice(2);
if (!['load', 'orders', 'start'].includes(what ?? '') || path === undefined) {
  console.error('usage: node bench/million.ts load|orders|start PATH [COUNT]');
  process.exit(2);
}

const startMs = performance.now();
const engine = await SqliteEngine.open(path);
const openMs = Math.round(performance.now() - startMs);
const stock = await Stock.open(engine, { sweep: false });
const uses = await openUses(stock);
const { orders } = uses;
const perSecond = what === 'start' ? undefined : await load(Number(count));
const { live, position } = engine.health();
const [rssMb, heapMb] = [process.memoryUsage.rss(), process.memoryUsage().heapUsed].map((bytes) =>
  Math.round(bytes / 1e6),
);
console.log(JSON.stringify({ what, openMs, perSecond, live, position, rssMb, heapMb }));
await uses.close();
await stock.close();

async function load(total: number): Promise<number> {
  for (let pool = 0; pool < POOLS; pool += 1) {
    await stock.putPool({ pool: `pool-${pool}` });
    await stock.receive({ pool: `pool-${pool}`, quantity: 100_000_000 });
  }
  const fromMs = performance.now();
  let made = 0;
  const caller = async () => {
    while (made < total) {
      made += 1;
      const line = { pool: `pool-${made % POOLS}`, quantity: 1 };
      const buyer = `buyer-${Math.floor(Math.random() * BUYERS)}`;
      const cart = { buyer, holdForMs: DAY_MS };
      const key = randomUUID();
      if (what === 'load') await stock.reserve({ ...cart, lines: [line] }, { key });
      else {
        const unitPrice = 1_000 + Math.floor(Math.random() * 9_000);
        await orders.checkout(
          { ...cart, lines: [{ ...line, unitPrice }], currency: 'EUR' },
          { key },
        );
      }
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const rate = Math.round((total * 1_000) / (performance.now() - fromMs));
  while (engine.tableLag > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  return rate;
}
