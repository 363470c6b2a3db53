// Takes the README's picture again: `node test/docs/take-screenshot.ts`. Fills a small shop in memory,
// lets a few buyers in, and writes docs/console.png.

import { join } from 'node:path';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';
import { openTab, startBrowser } from '../http/browser.ts';
import { ROOT } from '../support/test-files.ts';

/** Pool, units received, and what buyers do: so many held, so many confirmed. */
const SHOP: [pool: string, received: number, held: number, sold: number][] = [
  ['concert:2026-12-31', 100, 23, 61],
  ['console-limited', 40, 12, 28],
  ['lamp:brass', 75, 4, 18],
  ['poster:a2', 320, 15, 96],
  ['sneaker:42', 12, 5, 6],
  ['tea:assam', 500, 31, 207],
  ['workshop:saturday', 16, 3, 9],
];

const stock = await Stock.open(new MemoryEngine());
for (const [pool, quantity] of SHOP) {
  await stock.putPool({ pool });
  await stock.receive({ pool, quantity });
}
const server = await startServer({ stock, port: 0 });
const browser = await startBrowser();
try {
  const { page } = await openTab(browser, server.url, {
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
  });
  await letBuyersIn();
  await page.getByText('Cancelled 2 × tea:assam').first().waitFor();
  await page.screenshot({ path: join(ROOT, 'docs/console.png') });
} finally {
  await browser.close();
  await server.close();
  await stock.close();
}

async function letBuyersIn(): Promise<void> {
  for (const [pool, , , quantity] of SHOP) {
    const reservation = await hold(pool, quantity, 'bob');
    await stock.confirm({ reservation });
  }
  for (const [pool, , quantity] of SHOP) await hold(pool, quantity, 'ann');
  await stock.cancel({ reservation: await hold('tea:assam', 2, 'cem') });
}

async function hold(pool: string, quantity: number, buyer: string): Promise<string> {
  const answer = await stock.reserve({ lines: [{ pool, quantity }], buyer });
  if (!answer.ok) throw new Error(`${pool}: ${answer.code}`);
  return answer.value.id;
}
