// Units of a cart past its deadline whose document lies in another slot: whoever asks for them gets them, also where
// another server frees them just then, or something else had to be waited for first.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { Placement } from '../../../src/engines/slots/placement.ts';
import { SlotsEngine } from '../../../src/engines/slots/slots-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { MemorySlot } from '../../support/memory-slots-kind.ts';
import { memoryRecords } from '../../support/redis-slots-kind.ts';

/** Tea lies in the first of them, cocoa in the second. */
const SLOTS = 2;
const HOLD_MS = 5;

/** Something is done first, the next time that it is asked. */
class WatchedSlot extends MemorySlot {
  beforeDue: (() => Promise<void>) | undefined;
  beforeUndecided: (() => void) | undefined;
  /** Commits wait for it. */
  gate: Promise<void> | undefined;

  override async commit(...asked: Parameters<MemorySlot['commit']>) {
    await this.gate;
    return super.commit(...asked);
  }

  override async dueOn(...asked: Parameters<MemorySlot['dueOn']>) {
    const first = this.beforeDue;
    this.beforeDue = undefined;
    await first?.();
    return super.dueOn(...asked);
  }

  override async undecidedOn(...asked: Parameters<MemorySlot['undecidedOn']>) {
    this.beforeUndecided?.();
    this.beforeUndecided = undefined;
    return super.undecidedOn(...asked);
  }
}

async function shopOf(units: number) {
  const time = new ManualTime();
  const records = memoryRecords(SLOTS);
  const slots = records.map((record) => new WatchedSlot(time, record));
  const [tea, cocoa] = slots as [WatchedSlot, WatchedSlot];
  const server = () => {
    const past = records[0]!.past;
    return Stock.open(new SlotsEngine({ name: 'memory', slots, past, close: async () => {} }), {
      sweep: false,
    });
  };
  const placement = new Placement(SLOTS);
  assert.deepEqual(
    ['tea', 'cocoa'].map((pool) => placement.ofOwner(pool)),
    [0, 1],
  );
  const [one, other] = [await server(), await server()];
  for (const pool of ['cocoa', 'tea']) {
    await one.putPool({ pool });
    await one.receive({ pool, quantity: units });
  }
  const lines = ['cocoa', 'tea'].map((pool) => ({ pool, quantity: 1 }));
  return { ...{ time, cocoa, tea, one, other, lines } };
}

const TEA = [{ pool: 'tea', quantity: 1 }];

test('another server frees them between the refusal and the look at what is due', async () => {
  const { time, cocoa, one, other, lines } = await shopOf(1);
  assert.ok((await other.reserve({ lines, holdForMs: HOLD_MS })).ok);
  time.passMs(2 * HOLD_MS);
  let freed = 0;
  cocoa.beforeDue = async () => {
    freed = await other.sweep();
  };
  const bought = await one.reserve({ lines: TEA });
  assert.equal(freed, 1);
  assert.equal(bought.ok, true, JSON.stringify(bought));
  await Promise.all([one.close(), other.close()]);
});

test('something undecided had to be waited for before', async () => {
  const { time, cocoa, tea, one, other, lines } = await shopOf(2);
  assert.ok((await other.reserve({ lines, holdForMs: HOLD_MS })).ok);
  time.passMs(2 * HOLD_MS);
  // The second unit is set aside for a cart whose home gets to decide once somebody else is after it.
  const { promise, resolve } = Promise.withResolvers<void>();
  cocoa.gate = promise;
  const cart = other.reserve({ lines });
  const { documents } = await undecided(tea);
  assert.equal(documents, 1);
  tea.beforeUndecided = resolve;
  cocoa.beforeDue = async () => resolve();
  const bought = await one.reserve({ lines: TEA });
  assert.equal((await cart).ok, true);
  assert.equal(bought.ok, true, JSON.stringify(bought));
  await Promise.all([one.close(), other.close()]);
});

/** Once something is. */
async function undecided(slot: WatchedSlot): Promise<{ documents: number }> {
  for (;;) {
    const found = await slot.undecidedOn('tea/available', 10);
    if (found.length > 0) return { documents: found.length };
    await new Promise(setImmediate);
  }
}
