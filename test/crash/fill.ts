// Fills an engine with reservations in every state and then waits to be killed, so that its files
// are left as a crash leaves them. `node fill.ts ENGINE CYCLES`; says how many commands were
// acknowledged.

import { openEngine } from '../../src/engines/open.ts';
import { Stock } from '../../src/index.ts';

const [address = '', cycles = '0'] = process.argv.slice(2);
const stock = await Stock.open(await openEngine(address));
let acknowledged = 0;

/** What was acknowledged, or nothing where it was refused. */
async function take<T>(answering: Promise<{ ok: boolean; value?: T }>) {
  const { ok, value } = await answering;
  if (!ok) return undefined;
  acknowledged += 1;
  return value;
}

for (const pool of ['tea', 'coffee']) {
  await take(stock.putPool({ pool }, { key: `put-${pool}` }));
  await take(stock.receive({ pool, quantity: 1_000_000 }, { key: `receive-${pool}` }));
}
for (let cycle = 0; cycle < Number(cycles); cycle += 1) {
  const buyers = Array.from({ length: 5 }, async (_, buyer) => {
    const key = `${cycle}-${buyer}`;
    const lines = [
      { pool: 'tea', quantity: 1 + buyer },
      { pool: 'coffee', quantity: 1 },
    ];
    const made = await take(stock.reserve({ lines, buyer: `b${buyer}` }, { key }));
    if (made === undefined) return;
    const reservation = made.id;
    if (buyer === 1) await take(stock.cancel({ reservation }, { key: `cancel-${key}` }));
    if (buyer > 1) await take(stock.confirm({ reservation }, { key: `confirm-${key}` }));
    if (buyer > 3) {
      const back = { reservation, lines: [{ pool: 'tea', quantity: 1 }] };
      await take(stock.return(back, { key: `return-${key}` }));
    }
  });
  await Promise.all(buyers);
}
console.log(JSON.stringify({ acknowledged }));
