// The sample orders of the demo: which file, how much of it is loaded at the start, and how the rest
// comes in when live activity is asked for.

import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ReplayOptions, ReplayStopped, replay } from '../replay/replay.ts';
import { parseStockShare } from '../replay/stock-share.ts';
import type { Stock } from '../stock.ts';
import { packageRoot } from './package-root.ts';

/** Three quarters of the month: stock is left, and so are orders for live activity. */
const LOADED_INVOICES = 1_500;
/** A minute of the shop takes half a second. */
const SPEED = 120;
/** Nights and Sundays pass in a moment, and orders of one minute do not all come at once. */
const GAP_MIN_MS = 250;
const GAP_MAX_MS = 3_000;
/** How long a buyer takes to pay. */
const PAYS_AFTER_MS = 4_000;
const LIVE_HOLD_MS = 15 * 60_000;

export const SAMPLE: ReplayOptions = {
  file: join(packageRoot(), 'data', 'online-retail-2010-12.csv.gz'),
  // At 60% two orders of three would be refused; so it is one of three, and the page moves.
  share: parseStockShare('100%')!,
  inFlightMax: 1_000,
  invoicesMax: LOADED_INVOICES,
  // Whoever looks at the demo uses the same pools.
  shared: true,
};

/** Brings in the rest of the month at the speed of the demo; ends with it, or when stopped. */
export async function goOnLive(stock: Stock, signal: AbortSignal): Promise<void> {
  const { invoicesMax: _, ...sample } = SAMPLE;
  const pause = async (ms: number) => {
    await wait(ms, undefined, { signal }).catch(() => {});
  };
  let clockMs: number | undefined;
  try {
    await replay(stock, {
      ...sample,
      signal,
      holdForMs: LIVE_HOLD_MS,
      beforeConfirm: () => pause(PAYS_AFTER_MS),
      pace: async ({ lines }) => {
        const atMs = Date.parse(`${lines[0]?.line.at.replace(' ', 'T')}Z`);
        const gapMs = (atMs - (clockMs ?? atMs)) / SPEED;
        if (Number.isFinite(atMs)) clockMs = atMs;
        await pause(Math.min(GAP_MAX_MS, Math.max(GAP_MIN_MS, gapMs || 0)));
      },
    });
    process.stderr.write('holdfast: the sample month is over; no more orders come in\n');
  } catch (error) {
    if (error instanceof ReplayStopped) return;
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`holdfast: live orders have stopped: ${text}\n`);
  }
}
