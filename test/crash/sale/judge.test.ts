// The judge of a sale, tried on small stories in which one thing is wrong: what it lets pass in a crash round it would
// let pass for good.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EntryOutside } from '../../../src/http/shapes/replies.ts';
import { judgeLine, judgeUnits } from './sale-judge.ts';
import type { Outage, PlaceLook, ToldOrder } from './sale-log.ts';

const POOL = 'tea:spring';

describe('who was ahead stays ahead', () => {
  const line = (looks: PlaceLook[], outages: Outage[] = []) =>
    judgeLine(looks, { awayAfterMs: 3_000, outages });

  test('whoever is let in before somebody who was there all the time is named', () => {
    const ann = [look('ann', 1, 100), look('ann', 1, 400), look('ann', 1, 900)];
    const bob = [look('bob', 2, 200), look('bob', 2, 500), look('bob', 2, 700, 'ADMITTED')];
    assert.deepEqual(line([...ann, ...bob]), ['bob (2) was let in before ann (1), who was ahead']);
    const inTurn = [look('ann', 1, 100), look('ann', 1, 800, 'ADMITTED')];
    assert.deepEqual(line([...inTurn, ...bob]), []);
  });

  test('whoever was away, or came later, is overtaken', () => {
    const bob = [look('bob', 2, 200), look('bob', 2, 3_500), look('bob', 2, 3_700, 'ADMITTED')];
    const away = [look('ann', 1, 100), look('ann', 1, 3_900)];
    assert.deepEqual(line([...away, ...bob]), []);
    const late = [look('ann', 1, 3_600), look('ann', 1, 3_900)];
    assert.deepEqual(line([...late, ...bob]), []);
  });

  test('after a restart nobody is let in before those who come back at once', () => {
    const outages = [{ fromMs: 1_000, toMs: 2_000 }];
    const bob = [look('bob', 2, 200), look('bob', 2, 2_010), look('bob', 2, 2_300, 'ADMITTED')];
    const atOnce = [look('ann', 1, 100), look('ann', 1, 2_200), look('ann', 1, 2_500)];
    assert.equal(line([...atOnce, ...bob], outages).length, 1);
    const later = [look('ann', 1, 100), look('ann', 1, 2_700), look('ann', 1, 2_900)];
    assert.deepEqual(line([...later, ...bob], outages), []);
  });
});

describe('units and counts', () => {
  const order: ToldOrder = {
    ...{ id: 'o1', buyer: 'ann', quantity: 2, key: 'k', body: {}, end: 'paid' },
  };
  const judge = (entries: EntryOutside[], orders: ToldOrder[] = []) =>
    judgeUnits(entries, { pool: POOL, units: 4, unitsMax: 2, orders });
  const armed = entry([move('tea/available', `${POOL}/available`, 4)]);
  const held = entry([...taken(2), counted('ann', 2)], [hold('r1', 'ann', 2, 'o1')]);
  const sold = entry(
    [move(`${POOL}/held`, `${POOL}/sold`, 2)],
    [{ ...hold('r1', 'ann', 2, 'o1'), status: 'CONFIRMED', confirmed: 2 }],
  );
  const back = [move(`${POOL}/held`, `${POOL}/available`, 2)];
  const expired = { ...hold('r1', 'ann', 2, 'o1'), status: 'EXPIRED' };

  test('a sale that kept its promises is let pass', () => {
    assert.deepEqual(judge([armed, held, sold], [order]), []);
    const given = entry([...back, counted('ann', -2)], [expired]);
    assert.deepEqual(judge([armed, held, given], [{ ...order, end: 'expired' }]), []);
  });

  const faults: [string, EntryOutside[], ToldOrder[], RegExp][] = [
    ['an order that nobody has any more', [armed], [order], /o1 of ann is missing/],
    [
      'an order that was paid for and has run out',
      [armed, held, entry([...back, counted('ann', -2)], [expired])],
      [order],
      /o1 of ann, paid, has 0 units/,
    ],
    [
      'an order that took its units twice',
      [armed, held, entry([...taken(2), counted('ann', 2)], [hold('r2', 'ann', 2, 'o1')])],
      [order],
      /took units 2 times/,
    ],
    [
      'a buyer who for a moment had more than allowed',
      [
        armed,
        held,
        entry([...taken(1), counted('ann', 1)], [hold('r2', 'ann', 1, 'o2')]),
        entry([...back, counted('ann', -2)], [expired]),
      ],
      [],
      /entry 1: ann has 3 units/,
    ],
    [
      'an allowance that was not given back',
      [armed, held, entry(back, [expired])],
      [],
      /used counts 2, ann has 0/,
    ],
    [
      'units that nobody counted',
      [armed, entry(taken(1), [hold('r', 'ann', 1, 'o')])],
      [],
      /nothing counts/,
    ],
    [
      'units that were sold and are still there',
      [armed, held, entry([move('tea/supply', `${POOL}/available`, 1)])],
      [],
      /oversold: 3 available, 2 held, 0 sold of 4/,
    ],
    [
      'units that went without their reservation',
      [armed, held, entry(back)],
      [],
      /0 held and 0 sold, by reservations/,
    ],
  ];
  for (const [what, entries, orders, found] of faults) {
    test(`${what} is found`, () => {
      assert.match(judge(entries, orders).join('\n'), found);
    });
  }
});

function look(
  buyer: string,
  rank: number,
  askedMs: number,
  state: PlaceLook['state'] = 'WAITING',
): PlaceLook {
  return { buyer, askedMs, answeredMs: askedMs + 10, id: buyer, rank, state };
}

type Move = EntryOutside['moves'][number];

function move(from: string, to: string, quantity: number): Move {
  return { from, to, quantity };
}

function taken(quantity: number): Move[] {
  return [move(`${POOL}/available`, `${POOL}/held`, quantity)];
}

/** Below zero: given back. */
function counted(buyer: string, quantity: number): Move {
  const [used, granted] = [
    `!+sale:spring:buyer-item-ever:0!!${buyer}/used`,
    `!+sale:spring:buyer-item-ever:0!!${buyer}/granted`,
  ];
  return quantity > 0 ? move(used, granted, quantity) : move(granted, used, -quantity);
}

function hold(id: string, buyer: string, quantity: number, order: string) {
  return { id, status: 'HELD', buyer, order, quantity };
}

type Hold = ReturnType<typeof hold> & { confirmed?: number };

function entry(moves: Move[], holds: Hold[] = []): EntryOutside {
  const reservations = holds.map(({ quantity, confirmed, ...rest }) => ({
    ...rest,
    lines: [{ pool: POOL, quantity, ...(confirmed === undefined ? {} : { confirmed }) }],
  }));
  return { position: 1, events: [], moves, reservations } as unknown as EntryOutside;
}
