// A store that is too slow: reservations are turned away once the oldest waits too long, what settles
// units ten times later, and both are taken again as soon as the store has caught up.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { Stock } from '../../src/stock.ts';

const LINES = { lines: [{ pool: 'tea', quantity: 1 }] };

/** A memory engine whose commits wait until they are let go. */
class SlowEngine extends MemoryEngine {
  #held: Promise<void> | undefined;
  #release = () => {};

  stop(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    this.#release = resolve;
  }

  go(): void {
    this.#held = undefined;
    this.#release();
  }

  override async commit(...args: Parameters<MemoryEngine['commit']>) {
    await this.#held;
    return super.commit(...args);
  }
}

let time: ManualTime;
let engine: SlowEngine;
let stock: Stock;
beforeEach(async () => {
  time = new ManualTime();
  engine = new SlowEngine({ time });
  const monotonicMs = () => time.monotonicMs();
  stock = await Stock.open(engine, { sweep: false, shedAfterMs: 50, monotonicMs });
  await stock.putPool({ pool: 'tea' });
  await stock.receive({ pool: 'tea', quantity: 100 });
});
afterEach(() => stock.close());

/** All that was asked in this turn of the event loop stands in its lane after it. */
const turn = () => new Promise(setImmediate);

/** What a reservation is told at once; undefined when it waits. */
async function told(asked: Promise<{ ok: boolean; code?: string }>): Promise<string | undefined> {
  return Promise.race([asked.then((answer) => answer.code ?? 'ok'), turn().then(() => undefined)]);
}

test('once the oldest has waited too long, and not before', async () => {
  engine.stop();
  const first = stock.reserve(LINES);
  await turn();
  const oldest = stock.reserve(LINES);
  await turn();
  time.passMs(50);
  const inTime = stock.reserve(LINES);
  assert.equal(await told(inTime), undefined);
  time.passMs(1);
  const last = stock.reserve(LINES);
  assert.equal(await told(last), undefined, 'its turn is the one that notices');
  assert.equal(await told(stock.reserve(LINES)), 'overloaded');
  engine.go();
  for (const each of [first, oldest, inTime, last]) assert.equal((await each).ok, true);
  assert.equal((await stock.reserve(LINES)).ok, true, 'the store has caught up');
  assert.equal((await stock.pool('tea'))?.held, 5);
});

test('what settles units is taken ten times as long', async () => {
  const held = await Promise.all(Array.from({ length: 5 }, () => stock.reserve(LINES)));
  const ids = held.map((answer) => (answer.ok ? answer.value.id : assert.fail(answer.code)));
  engine.stop();
  void stock.reserve(LINES);
  await turn();
  const confirm = (index: number) => stock.confirm({ reservation: ids[index]! });
  const waiting = [confirm(0)];
  await turn();
  time.passMs(500);
  waiting.push(confirm(1));
  assert.equal(await told(waiting[1]!), undefined);
  time.passMs(1);
  waiting.push(confirm(2));
  await turn();
  assert.equal(await told(confirm(3)), 'overloaded');
  assert.equal(await told(stock.cancel({ reservation: ids[4]! })), 'overloaded');
  engine.go();
  for (const each of await Promise.all(waiting)) assert.equal(each.ok, true);
  assert.equal((await confirm(3)).ok, true);
});

test('without being told a stock sheds nothing', async () => {
  const patient = await Stock.open(new SlowEngine({ time }), {
    sweep: false,
    monotonicMs: () => time.monotonicMs(),
  });
  const slow = patient.engine as SlowEngine;
  await patient.putPool({ pool: 'tea' });
  await patient.receive({ pool: 'tea', quantity: 9 });
  slow.stop();
  const asked = [];
  for (let round = 0; round < 3; round += 1) {
    asked.push(patient.reserve(LINES));
    await turn();
    time.passMs(3_600_000);
  }
  slow.go();
  for (const each of await Promise.all(asked)) assert.equal(each.ok, true);
  await patient.close();
});
