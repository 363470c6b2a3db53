// `node bench/queue-release.ts [--seconds N] [--only NAME] [--json]`: how long after the reply to a cancel the next buyer
// has what it freed, of a product that is sold out: whoever orders then and waits in a queue, and whoever
// waits in line. On files, and on PostgreSQL with two servers and each carrier, through the library; open
// loop at half of the rate that the same shop made before, closed loop.

import { parseArgs } from 'node:util';
import { type Figure, printFigure, quantile } from '../src/bench/figure.ts';
import { openRelease, RELEASE_SHOPS } from './release-shops.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const P99_MAX_MS = 100;
const UNDER_WAY = 32;
const durationMs = Number(values.seconds) * 1_000;

type Cycle = () => Promise<number>;

/** As many as there is time for. */
async function closedLoop(cycle: Cycle, forMs: number): Promise<number> {
  const startMs = performance.now();
  let done = 0;
  const lane = async () => {
    while (performance.now() - startMs < forMs) {
      await cycle();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, lane));
  return (done * 1_000) / (performance.now() - startMs);
}

/** So many a second, whether those before are done or not. */
async function openLoop(cycle: Cycle, { rate, forMs }: { rate: number; forMs: number }) {
  const startMs = performance.now();
  const running: Promise<number>[] = [];
  while (performance.now() - startMs < forMs) {
    const due = Math.floor(((performance.now() - startMs) * rate) / 1_000);
    while (running.length < due) running.push(cycle());
    const nextMs = startMs + ((running.length + 1) * 1_000) / rate;
    await new Promise((resolve) => setTimeout(resolve, Math.max(1, nextMs - performance.now())));
  }
  return Promise.all(running);
}

for (const name of RELEASE_SHOPS) {
  if (!name.includes(values.only)) continue;
  const shop = await openRelease(name);
  try {
    for (const [what, cycle] of Object.entries(shop.cycles)) {
      const top = await closedLoop(cycle, durationMs / 2);
      const waitsMs = await openLoop(cycle, { rate: top / 2, forMs: durationMs });
      const [p50Ms, p99Ms] = [quantile(waitsMs, 0.5), quantile(waitsMs, 0.99)];
      const figure: Figure = {
        name: `release.${what}.${name}`,
        value: p99Ms,
        unit: 'ms',
        yardstick: 'what was asked',
        yardstickValue: P99_MAX_MS,
        ratio: p99Ms / P99_MAX_MS,
        p50Ms,
        p99Ms,
        accepted: waitsMs.length,
        refused: 0,
        conserved: await shop.conserved(),
        topRate: top,
        rate: top / 2,
        p99MsMax: P99_MAX_MS,
      };
      printFigure(figure, values.json);
    }
  } finally {
    await shop.close();
  }
}
process.exit(0);
