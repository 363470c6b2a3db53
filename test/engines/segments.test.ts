// The last units of a segmented pool on every engine, and over several servers where they share a store: each is
// sold, none twice, and nobody is refused what is left in any segment.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EngineUnderTest } from '../../src/engines/conformance/bench.ts';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { openEngine } from '../../src/engines/open.ts';
import { Stock } from '../../src/stock.ts';
import { verify } from '../../src/verify/verify.ts';
import { memorySlotsKindOf } from '../support/memory-slots-kind.ts';
import { postgresMissing } from '../support/postgres.ts';
import { postgresKind } from '../support/postgres-kind.ts';
import { redisMissing } from '../support/redis.ts';
import { recordedRedisKind, redisKind } from '../support/redis-kind.ts';
import { slotsKindOf } from '../support/redis-slots-kind.ts';
import { accepted, refused } from '../support/shop.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';

const HOLD_MS = 60_000;
const SEGMENTS = 5;
const UNITS = 12;
const BUYERS = 30;
const ROUNDS = 6;

interface Kind {
  under: EngineUnderTest;
  missing?: string | undefined;
  /** Another engine opens the same store, as a second server does. */
  isShared?: boolean;
}

const KINDS: readonly Kind[] = [
  { under: { name: 'memory', open: (time) => openEngine('memory:', { time }) } },
  { under: sqliteKind },
  { under: postgresKind, missing: postgresMissing(), isShared: true },
  { under: redisKind, missing: redisMissing() },
  { under: memorySlotsKindOf(4) },
  { under: slotsKindOf(3), missing: redisMissing(), isShared: true },
  {
    under: recordedRedisKind,
    missing: redisMissing() ?? postgresMissing(),
    isShared: true,
  },
];

/** Two servers, or two libraries over one engine, of which the second never heard of segments. */
async function open({ under, isShared = false }: Kind, time: ManualTime) {
  const engine = await under.open(time);
  const one = await Stock.open(engine, { sweep: false });
  const again = isShared ? await under.reopen!(engine, time) : engine;
  const two = await Stock.open(again, { sweep: false });
  const close = async () => {
    if (isShared) await two.close();
    await one.close();
  };
  return { one, two, close };
}

for (const kind of KINDS) {
  describe(`segments over ${kind.under.name}`, { skip: kind.missing ?? false }, () => {
    it('sell every unit, round after round, and refuse only what is in no segment', async (t) => {
      const time = new ManualTime();
      const { one, two, close } = await open(kind, time);
      t.after(close);
      accepted(await one.putPool({ pool: 'hot', segments: SEGMENTS }));
      accepted(await one.receive({ pool: 'hot', quantity: UNITS }));
      for (let round = 0; round < ROUNDS; round += 1) {
        const held = await rush([one, two], round);
        // Some give back, the others' time runs out: the next round finds the units where they were.
        for (const [index, reservation] of held.entries()) {
          if (index % 2 === round % 2) accepted(await one.cancel({ reservation }));
        }
        time.passMs(HOLD_MS);
      }
      assert.equal((await rush([one, two], ROUNDS, 1)).length, UNITS);
      const pool = (await one.pool('hot'))!;
      assert.deepEqual([pool.available, pool.held, pool.supply], [0, UNITS, -UNITS]);
      await isWhole(one, two);
    });

    it('give whole carts to those who cancel and ask at the same time', async (t) => {
      const { one, two, close } = await open(kind, new ManualTime());
      t.after(close);
      accepted(await one.putPool({ pool: 'hot', segments: SEGMENTS }));
      accepted(await two.receive({ pool: 'hot', quantity: 1 }));
      let reservation = accepted(await two.reserve(cart(1))).id;
      for (let turn = 0; turn < ROUNDS; turn += 1) {
        // Whoever asks once the unit is free gets it, whatever segments it has been in.
        accepted(await one.cancel({ reservation }));
        const rivals = [one, two, one].map((stock, index) =>
          stock.reserve(cart(1), { key: `${turn} ${index}` }),
        );
        const answers = await Promise.all(rivals);
        const won = answers.filter((answer) => answer.ok);
        assert.equal(won.length, 1, 'the last unit had one buyer');
        reservation = accepted(won[0]!).id;
      }
      await isWhole(one, two);
    });
  });
}

/** Once all that they have answered is in the journal. */
async function isWhole(one: Stock, two: Stock): Promise<void> {
  for (const { engine } of [one, two]) await engine.recorded?.();
  assert.deepEqual((await verify(one.engine)).problems, []);
}

const cart = (quantity: number) => ({ lines: [{ pool: 'hot', quantity }], holdForMs: HOLD_MS });

/** Many buyers at once; the ids of those who got something. */
async function rush(stocks: readonly Stock[], round: number, quantity?: number): Promise<string[]> {
  const wanted = Array.from(
    { length: BUYERS },
    (_, buyer) => quantity ?? 1 + ((buyer + round) % 3),
  );
  const answers = await Promise.all(
    wanted.map((units, buyer) =>
      stocks[buyer % stocks.length]!.reserve(cart(units), { key: `${round} ${buyer}` }),
    ),
  );
  let left = UNITS;
  let leastRefused = Number.POSITIVE_INFINITY;
  const held: string[] = [];
  for (const [buyer, answer] of answers.entries()) {
    const units = wanted[buyer]!;
    if (answer.ok) {
      left -= units;
      held.push(answer.value.id);
    } else {
      refused(answer, 'insufficient-stock');
      leastRefused = Math.min(leastRefused, units);
    }
  }
  assert.ok(left >= 0, `${-left} units too many were promised`);
  // What is left only grows less during a round: who was refused could not have had it then either.
  assert.ok(left < leastRefused, `${left} units lie idle, and ${leastRefused} were refused`);
  return held;
}
