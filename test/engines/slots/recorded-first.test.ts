// Each step of a change over several slots is recorded before the next one builds on it: a slot that comes back from
// its record never lacks what another one has taken for granted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM_TIME } from '../../../src/engines/clock.ts';
import { once } from '../../../src/engines/conformance/once.ts';
import { Placement } from '../../../src/engines/slots/placement.ts';
import { SlotsEngine } from '../../../src/engines/slots/slots-engine.ts';
import { MemorySlot } from '../../support/memory-slots-kind.ts';
import { memoryRecords } from '../../support/redis-slots-kind.ts';

/** Nothing that it has decided counts as recorded until it is let. */
class HeldSlot extends MemorySlot {
  isAwaited = false;
  #let: (() => void) | undefined;
  #recorded: Promise<void> = Promise.resolve();

  hold(): void {
    this.#recorded = new Promise((resolve) => {
      this.#let = resolve;
    });
  }

  letGo(): void {
    this.#let?.();
  }

  override recorded(): Promise<void> {
    this.isAwaited = true;
    return this.#recorded;
  }
}

const filled = (pool: string) => ({
  floors: [{ account: `${pool}/supply`, floor: -1 }],
  moves: [{ legs: [{ from: `${pool}/supply`, to: `${pool}/available` }], quantity: 1 }],
  events: [],
});
const sold = (pool: string) => ({
  legs: [{ from: `${pool}/available`, to: `${pool}/sold` }],
  quantity: 1,
});

test('a part before home decides, the decision before a part ends', async () => {
  const records = memoryRecords(2);
  const slots = records.map((record) => new HeldSlot(SYSTEM_TIME, record));
  const { past } = records[0]!;
  const engine = new SlotsEngine({ name: 'memory', slots, past, close: async () => {} });
  const placement = new Placement(2);
  const placed = ['tea', 'coffee', 'cup', 'spoon', 'bowl'];
  const home = placed.find((pool) => placement.ofOwner(pool) === 0)!;
  const other = placed.find((pool) => placement.ofOwner(pool) === 1)!;
  await Promise.all(await engine.commit([filled(home), filled(other)]));
  const balance = async (pool: string, account: string) =>
    (await engine.owners([pool]))[0]?.accounts[account]?.balance ?? 0;
  for (const slot of slots) slot.hold();

  const [answer] = await engine.commit([{ moves: [sold(home), sold(other)], events: [] }]);
  const awaited = (slot: number) =>
    once(
      () => slots[slot]!.isAwaited,
      (isAwaited) => isAwaited,
    );
  assert.ok(await awaited(1), 'nobody waits for the part to be recorded');
  assert.equal(await balance(other, 'in-transit'), 1);
  assert.equal(await balance(home, 'sold'), 0, 'decided over what may be lost');
  slots[1]!.letGo();
  assert.ok(await awaited(0), 'nobody waits for the decision to be recorded');
  assert.equal(await balance(home, 'sold'), 1);
  assert.equal(await balance(other, 'sold'), 0, 'ended by a decision that may be lost');
  slots[0]!.letGo();
  assert.ok((await answer)!.ok);
  assert.equal(await balance(other, 'sold'), 1);
  await engine.close();
});
