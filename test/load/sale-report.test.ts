// The verdict on sales that are written here: each promise that is broken is named, and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planCrowd } from '../../load/sale/crowd-plan.ts';
import { salePage } from '../../load/sale/sale-page.ts';
import { saleReport, summaryLines } from '../../load/sale/sale-report.ts';
import { SALE_POOL, type SaleRun, type SaleRunOptions } from '../../load/sale/sale-run.ts';
import type { Entry } from '../../src/client/index.ts';

const START_MS = Date.parse('2026-01-01T00:00:00.000Z');
const OPTIONS: SaleRunOptions = {
  ...{ setup: 'embedded', servers: 1, units: 2, limit: 1, rate: { perSecond: 2, burst: 2 } },
  ...{ seconds: 1, holdForSeconds: 1, neverPay: 0, folder: '' },
  load: { by: 'crowd', buyers: 3, attempts: 1, connections: 1, seed: 1, lingerSeconds: 0 },
};

function entry(
  ms: number,
  [from, to, quantity]: [string, string, number],
  reservations: object[] = [],
): Entry {
  const at = new Date(START_MS + ms).toISOString();
  const moves = [{ from, to, quantity }];
  return { position: 1, at, events: [], moves, pools: [], reservations, limits: [] } as never;
}

function bought(buyer: string, ms: number): Entry[] {
  const lines = [{ pool: SALE_POOL, quantity: 1, confirmed: 1 }];
  const [available, held, sold] = ['available', 'held', 'sold'].map((it) => `${SALE_POOL}/${it}`);
  const id = `${buyer}-${ms}`;
  return [
    entry(ms, [available!, held!, 1], [{ id, buyer, status: 'HELD', lines }]),
    entry(ms + 1, [held!, sold!, 1], [{ id, buyer, status: 'CONFIRMED', lines }]),
  ];
}

const ARMED = entry(0, ['kettle/available', `${SALE_POOL}/available`, 2]);

/** Two buyers got their unit and paid, a third was too late. */
function good(): SaleRun {
  const second = { second: 0, arrivals: 3, dropped: 0, accepted: 2, p50Ms: 1, p99Ms: 2 };
  return {
    met: {
      ...{ startedAtMs: START_MS, lastAnswerMs: 500, p50Ms: 1, p99Ms: 2 },
      bySecond: [{ ...second, refused: { 'insufficient-stock': 1 } }],
      ...{ paid: 2, notPaid: 0, failed: 0, overtaken: 0 },
      soldOutAskedMs: Float64Array.of(START_MS + 20),
      soldOutAnsweredMs: Float64Array.of(START_MS + 21),
    },
    entries: [ARMED, ...bought('ann', 5), ...bought('bob', 8)],
    ...{ home: { available: 50, held: 0 }, keptAtHome: 50 },
    verify: { ok: true, said: 'everything agrees' },
  };
}

const BOUNDS = { deductionsPerSecondMax: 2, p99MsMax: 10 };

function broken(change: (run: SaleRun) => unknown, bounds = BOUNDS): string[] {
  const run = good();
  change(run);
  const report = saleReport(run, OPTIONS, bounds);
  const names = report.checks.filter(({ holds }) => !holds).map(({ name }) => name);
  assert.equal(report.ok, names.length === 0);
  const page = salePage(report);
  assert.equal(page.includes('Not everything holds'), !report.ok);
  return names;
}

test('a sale that kept its promises', () => {
  assert.deepEqual(
    broken(() => {}),
    [],
  );
});

test('each promise that a sale can break', () => {
  const idle = 'refused while a unit lay idle for more than 0 ms';
  const cases: [string[], (run: SaleRun) => unknown, typeof BOUNDS?][] = [
    [
      ['units of one buyer'],
      (run) => (run.entries = [ARMED, ...bought('ann', 5), ...bought('ann', 8)]),
    ],
    [['units still held'], (run) => (run.home.held = 1)],
    [['units back home'], (run) => (run.home.available = 49)],
    [['orders that buyers were told are paid'], (run) => (run.met.paid = 1)],
    [['answers that are neither order nor refusal'], (run) => (run.met.failed = 1)],
    [['admitted: burst + rate x time'], (run) => (run.met.bySecond[0]!.arrivals = 4)],
    [['deductions in any second'], () => {}, { ...BOUNDS, deductionsPerSecondMax: 1 }],
    [['p99, ms'], (run) => (run.met.p99Ms = 11)],
    [['verify'], (run) => (run.verify.ok = false)],
    [[idle], (run) => (run.entries = [ARMED, ...bought('ann', 5), ...bought('bob', 30)])],
    [
      ['units sold', 'orders that buyers were told are paid', 'units back home', idle],
      (run) => (run.entries = [ARMED, ...bought('ann', 5)]),
    ],
    [
      [
        'units sold',
        'orders that buyers were told are paid',
        'units back home',
        'deductions in any second',
      ],
      (run) => run.entries.push(...bought('cyd', 10)),
    ],
  ];
  for (const [names, change, bounds] of cases) assert.deepEqual(broken(change, bounds), names);
});

test('a crowd comes as its seed says: everybody as often as asked, in order, within the time', () => {
  const size = { buyers: 500, attempts: 10, seconds: 20, neverPay: 0.3, seed: 42 };
  const plan = planCrowd(size);
  assert.deepEqual(planCrowd(size), plan);
  assert.notDeepEqual(planCrowd({ ...size, seed: 43 }).dueMs, plan.dueMs);
  const times = new Array<number>(500).fill(0);
  for (const buyer of plan.buyer) times[buyer]! += 1;
  assert.ok(times.every((count) => count === 10));
  assert.ok(plan.dueMs.every((due, index) => due >= (plan.dueMs[index - 1] ?? 0) && due <= 20_000));
  const paying = plan.pays.reduce((sum, pays) => sum + pays, 0);
  assert.ok(Math.abs(paying / 500 - 0.7) < 0.1, `${paying} of 500 pay`);
});

test('seconds in which the machine had its processors are told apart, where there are any', () => {
  const linesWith = (takenAway: number | undefined) => {
    const run = good();
    if (takenAway !== undefined) run.met.bySecond[0]!.takenAway = takenAway;
    return summaryLines(saleReport(run, OPTIONS, BOUNDS)).filter((line) =>
      line.startsWith('p99 of a second'),
    );
  };
  const told = 'p99 of a second: 2.0 ms in the median, 2.0 ms at most of the 1 in which';
  assert.deepEqual(linesWith(undefined), []);
  assert.deepEqual(linesWith(0), [`${told} the machine had its processors`]);
  assert.deepEqual(linesWith(0.5), [`${told}, or just before, it did not`]);
});
