// The way of sales to the centre: in order, as many in a request as it takes, each until there is a
// verdict on it.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { HoldfastError } from '../../src/errors.ts';
import type { LeasedSale } from '../../src/kernel/lease-sales.ts';
import { refuse } from '../../src/kernel/refusals.ts';
import type { Centre, Told, Verdict } from '../../src/quota/centre.ts';
import { SalesReport } from '../../src/quota/sales-report.ts';

const sale = (id: number, lines = 1): LeasedSale => ({
  id: String(id),
  lines: Array.from({ length: lines }, () => ({ pool: 'tea', quantity: 1, lease: 'a' })),
});

/** A centre that says what the test gives it to say, request by request. */
function reportTo(answers: (sales: readonly LeasedSale[]) => Told<Verdict[]>) {
  const time = new ManualTime();
  const asked: string[][] = [];
  const judged: string[] = [];
  const record: Centre['record'] = async ({ sales }) => {
    asked.push(sales.map(({ id }) => id));
    return answers(sales as LeasedSale[]);
  };
  const report = new SalesReport({
    centre: { record } as Partial<Centre> as Centre,
    time,
    onVerdict: async ({ id }, verdict) =>
      void judged.push(verdict.ok ? id : `${id} ${verdict.code}`),
  });
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  };
  return { report, time, asked, judged, settle };
}

const recorded = (sales: readonly LeasedSale[]): Told<Verdict[]> => ({
  ok: true,
  value: sales.map(() => ({ ok: true, overLimit: false })),
});

it('what waits while a request is under way goes out together, in order', async () => {
  const { report, asked, judged, settle } = reportTo(recorded);
  for (let id = 0; id < 250; id += 1) report.add(sale(id));
  assert.equal(report.open, 250);
  await settle();
  assert.deepEqual(
    asked.map(({ length }) => length),
    [1, 100, 100, 49],
  );
  assert.deepEqual(
    judged,
    Array.from({ length: 250 }, (_, id) => String(id)),
  );
  assert.equal(report.open, 0);
});

it('large carts share no request', async () => {
  const { report, asked, settle } = reportTo(recorded);
  for (let id = 0; id < 4; id += 1) report.add(sale(id, 1_500));
  await settle();
  assert.deepEqual(asked, [['0'], ['1'], ['2'], ['3']]);
});

it('what has no verdict goes out again, later each time, and what has one does not', async () => {
  let away = 3;
  const { report, time, asked, judged, settle } = reportTo((sales) => {
    away -= 1;
    if (away >= 1) throw new HoldfastError('unavailable');
    const passing = away === 0;
    return {
      ok: true,
      value: sales.map(({ id }) =>
        passing && id === '2' ? refuse('overloaded') : refuse('lease-ended'),
      ),
    };
  });
  for (const id of [1, 2]) report.add(sale(id));
  for (const ms of [0, 49, 1, 99, 1, 199, 1, 399, 1]) {
    time.passMs(ms);
    report.tick();
    await settle();
  }
  assert.deepEqual(asked, [['1'], ['1', '2'], ['1', '2'], ['2']]);
  assert.deepEqual(judged, ['1 lease-ended', '2 lease-ended']);
});
