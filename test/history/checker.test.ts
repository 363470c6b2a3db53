// The checker on histories written by hand: what one order explains it accepts, however odd it looks,
// and what none explains it refuses.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory } from '../../src/history/check-history.ts';
import type { Command, History, Operation, Result, SeenLine } from '../../src/history/operation.ts';
import { overlapping } from '../../src/history/overlap.ts';
import { makeSmaller } from './report.ts';

type Row = [invoked: number, completed: number | undefined, Command, Result, key?: string];

/** The clock is the order: operation [2, 5] was open from 2 to 5 ms. */
function historyOf(available: number, rows: readonly Row[]): History {
  const operations = rows.map(([invoked, completed, command, result, key], index): Operation => {
    const open: Operation = { index, client: index, command, invoked, fromMs: invoked, result };
    if (key !== undefined) open.key = key;
    return completed === undefined ? open : { ...open, completed, untilMs: completed };
  });
  return { pools: { tea: { available, version: 1 } }, operations };
}

const reserve = (quantity: number, holdForMs = 1_000): Command => {
  return { do: 'reserve', lines: [{ pool: 'tea', quantity }], holdForMs };
};
const held = (quantity: number, updatedAtMs: number, holdForMs = 1_000): Result => ({
  kind: 'reservation',
  repeated: false,
  value: {
    id: `id ${updatedAtMs} ${quantity}`,
    status: 'HELD',
    version: 1,
    lines: [{ pool: 'tea', quantity }],
    expiresAtMs: updatedAtMs + holdForMs,
    updatedAtMs,
  },
});
const heldOf = (line: SeenLine, atMs: number): Result => {
  const { value, ...rest } = held(1, atMs) as Extract<Result, { kind: 'reservation' }>;
  return { ...rest, value: { ...value, lines: [line] } };
};
const TEA = { pool: 'tea', quantity: 1 };
const soldOf = (line: SeenLine, updatedAtMs: number): Result => {
  const lines = [{ ...line, confirmed: line.quantity }];
  const id = 'id 1 1';
  const value = { id, status: 'CONFIRMED', version: 2, lines, updatedAtMs };
  return { kind: 'reservation', repeated: false, value };
};
const SHORT = 'insufficient-stock';
const no = (code: string): Result => ({ kind: 'refused', code });
const lost: Result = { kind: 'unknown', why: 'cut' };
const look: Command = { do: 'read-pool', pool: 'tea' };
const shows = (available: number, units: number, version: number): Result => {
  return { kind: 'pool', value: { available, held: units, sold: 0, version } };
};

const EXPLAINED: Record<string, Row[]> = {
  'the later of two at once came first': [
    [1, 4, reserve(1), no('insufficient-stock')],
    [2, 3, reserve(1), held(1, 2)],
  ],
  'an unknown one that took effect': [
    [1, undefined, reserve(1), lost],
    [2, 3, reserve(1), no('insufficient-stock')],
  ],
  'an unknown one that never did': [
    [1, undefined, reserve(1), lost],
    [2, 3, reserve(1), held(1, 2)],
  ],
  'one whose time was over': [
    [1, 2, reserve(1, 5), held(1, 1, 5)],
    [8, 9, reserve(1), held(1, 8)],
  ],
  'one whose time ended meanwhile, taken or not': [
    [1, 2, reserve(1, 5), held(1, 1, 5)],
    [4, 9, reserve(1), no('insufficient-stock')],
    [5, 8, reserve(1), held(1, 6)],
  ],
};

const UNEXPLAINED: Record<string, Row[]> = {
  'the last unit sold twice': [
    [1, 4, reserve(1), held(1, 2)],
    [2, 3, reserve(1), held(1, 3)],
  ],
  'a no while the unit was there': [
    [1, 2, reserve(1), no('insufficient-stock')],
    [3, 4, reserve(1), held(1, 3)],
  ],
  'a no while an expired unit lay idle': [
    [1, 2, reserve(1, 5), held(1, 1, 5)],
    [8, 9, reserve(1), no('insufficient-stock')],
  ],
  'a look that saw it, and a later one that did not': [
    [1, undefined, reserve(1), lost],
    [2, 3, look, shows(0, 1, 2)],
    [4, 5, look, shows(1, 0, 2)],
  ],
  'a retry that was refused for want of its own unit': [
    [1, 2, reserve(1), held(1, 1), 'k'],
    [3, 4, reserve(1), no('insufficient-stock'), 'k'],
  ],
  'a number of the pool used twice': [
    [1, 4, { do: 'receive', pool: 'tea', quantity: 1 }, moved(1, 2)],
    [2, 3, { do: 'receive', pool: 'tea', quantity: 1 }, moved(1, 2)],
  ],
};

function moved(quantity: number, version: number): Result {
  return { kind: 'moved', repeated: false, value: { quantity, version } };
}

describe('the checker', () => {
  for (const [name, rows] of Object.entries(EXPLAINED)) {
    test(`explains ${name}`, () => {
      assert.deepEqual(checkHistory(historyOf(1, rows)).violations, []);
    });
  }

  for (const [name, rows] of Object.entries(UNEXPLAINED)) {
    test(`does not explain ${name}`, () => {
      assert.equal(checkHistory(historyOf(1, rows)).violations.length, 1);
    });
  }

  // A cup was held at 12, then the tea was looked at, and only then what was decided at 10 was seen.
  const cup = { pool: 'cup', quantity: 1 };
  const late = historyOf(2, [
    [9, 20, reserve(1), held(1, 10)],
    [11, 13, { do: 'reserve', lines: [cup], holdForMs: 1_000 }, heldOf(cup, 12), 'k'],
    [14, 15, look, shows(2, 0, 1)],
    [21, 22, { do: 'change', of: 'k', lines: [{ pool: 'tea', quantity: 9 }] }, no(SHORT)],
  ]);
  const pools = { ...late.pools, cup: { available: 1, version: 1 } };

  test('explains what is seen after its time, where times may cross', () => {
    const verdict = checkHistory({ ...late, pools, timesMayCross: true });
    assert.deepEqual(verdict.violations, []);
  });

  test('does not explain it elsewhere', () => {
    assert.equal(checkHistory({ ...late, pools }).violations.length, 1);
  });

  test('explains a look past a deadline before a confirm from before it, where times may cross', () => {
    const history = historyOf(1, [
      [1, 2, reserve(1, 5), held(1, 1, 5), 'k'],
      [3, 20, { do: 'confirm', of: 'k' }, soldOf(TEA, 4)],
      [10, 11, look, shows(0, 1, 2)],
    ]);
    assert.deepEqual(checkHistory({ ...history, timesMayCross: true }).violations, []);
    assert.equal(checkHistory(history).violations.length, 1);
  });

  test('counts what really overlapped', () => {
    const rows = EXPLAINED['one whose time ended meanwhile, taken or not']!;
    assert.equal(overlapping(historyOf(1, rows).operations), 2);
  });

  test('makes a wrong history smaller, and draws it', () => {
    const idle: Row[] = Array.from({ length: 10 }, (_, n) => {
      return [3 * n + 1, 3 * n + 2, look, shows(1, 0, 1)];
    });
    const history = historyOf(1, [
      ...idle,
      [40, 43, reserve(1), held(1, 41)],
      [41, 42, reserve(1), held(1, 42)],
      [44, 45, look, shows(0, 2, 3)],
    ]);
    const [violation] = checkHistory(history).violations;
    const { history: small, text, svg } = makeSmaller(violation!, 'sold twice');
    assert.deepEqual(
      small.operations.map(({ command }) => command.do),
      ['reserve', 'reserve'],
    );
    assert.match(text, /NO PLACE .* reserve 1 tea for 1000 ms → HELD/);
    assert.match(svg, /^<svg [\s\S]*class="stuck"[\s\S]*<\/svg>\n$/);
  });
});
