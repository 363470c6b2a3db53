// What a plan may say: each mistake is refused with the field that is wrong, and amounts always add up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from '../../../src/kernel/check-plan.ts';
import type { PutPlanCommand } from '../../../src/kernel/plan-terms.ts';
import { plannedStages, share } from '../../../src/kernel/preorder.ts';
import { Random } from '../../crash/random.ts';

const GOOD: PutPlanCommand = {
  plan: 'p',
  stages: [
    { name: 'deposit', amount: 100 },
    { name: 'rest', rest: true, dueAfterDepositMs: 1 },
  ],
  refund: ['kept', 'full'],
};

const WRONG: [field: string, change: object][] = [
  ['plan', { plan: 'a b' }],
  ['stages', { stages: [] }],
  ['stages', { stages: Array.from({ length: 25 }, () => GOOD.stages[0]) }],
  ['stages/0', { stages: [null] }],
  ['stages/0/name', { stages: [{ rest: true }] }],
  ['stages/1/name', { stages: [GOOD.stages[0], { ...GOOD.stages[1], name: 'deposit' }] }],
  ['stages/1/rest', { stages: [GOOD.stages[0], { name: 'b', amount: 1, dueAtMs: 1 }] }],
  ['stages/0/rest', { stages: [GOOD.stages[1], GOOD.stages[1]] }],
  ['stages/0/amount', { stages: [{ name: 'a', amount: 1, basisPoints: 1 }, GOOD.stages[1]] }],
  ['stages/0/amount', { stages: [{ name: 'a', amount: 0 }, GOOD.stages[1]] }],
  ['stages/0/basisPoints', { stages: [{ name: 'a', basisPoints: 10_001 }, GOOD.stages[1]] }],
  ['stages/1/dueAt', { stages: [GOOD.stages[0], { name: 'b', rest: true }] }],
  [
    'stages/1/dueAt',
    { stages: [GOOD.stages[0], { ...GOOD.stages[1], dueAtMs: 1, dueBeforeLaunchMs: 1 }] },
  ],
  [
    'stages/0/dueAfterDeposit',
    { stages: [{ name: 'a', amount: 1, dueAfterDepositMs: 1 }, GOOD.stages[1]] },
  ],
  ['launchAt', { stages: [{ name: 'a', rest: true, dueBeforeLaunchMs: 1 }], refund: ['kept'] }],
  ['refund', { refund: [] }],
  ['refund', { refund: ['kept', 'kept', 'kept'] }],
  ['refund/1', { refund: ['kept', 'half'] }],
  ['refund/0/basisPoints', { refund: [{ basisPoints: -1 }] }],
  ['remindBefore', { remindBeforeMs: Array.from({ length: 11 }, () => 1) }],
  ['remindBefore/0', { remindBeforeMs: [-1] }],
  ['grace', { graceMs: 1.5 }],
  ['notice', { noticeMs: -1 }],
  ['launchAt', { launchAtMs: Number.NaN }],
];

test('a good plan is good', () => assert.equal(checkPlan(GOOD), undefined));

for (const [field, change] of WRONG) {
  test(`${field} is named where it is wrong: ${JSON.stringify(change).slice(0, 60)}`, () => {
    const refused = checkPlan({ ...GOOD, ...change } as PutPlanCommand);
    assert.equal(refused?.details.field, field);
  });
}

test('stages of any plan add up to any total, and none is empty', () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  const random = new Random(seed);
  for (let round = 0; round < 2_000; round += 1) {
    const stages = Array.from({ length: random.whole(0, 5) }, (_, index) =>
      random.whole(0, 1) === 0
        ? { name: `s${index}`, amount: random.whole(1, 5_000), dueAtMs: 1 }
        : { name: `s${index}`, basisPoints: random.whole(1, 6_000), dueAtMs: 1 },
    );
    const terms = {
      ...{ graceMs: 0, noticeMs: 0, remindBeforeMs: [], refund: ['kept' as const] },
      stages: [...stages, { name: 'rest', rest: true as const, dueAtMs: 1 }],
    };
    const amount = random.whole(1, 10_000);
    const plan = plannedStages({ name: 'p', revision: 0, terms }, { amount, currency: 'EUR' });
    const amounts = plan.stages.map((stage) => stage.amount);
    assert.equal(
      amounts.reduce((sum, one) => sum + one, 0),
      amount,
      `seed ${seed}`,
    );
    assert.ok(
      amounts.every((one) => one > 0),
      `seed ${seed}`,
    );
  }
});

test('shares of large amounts are exact', () => {
  assert.equal(share(9_007_199_254_740_991, 9_999), 9_006_298_534_815_516);
  assert.equal(share(10_001, 3_333), 3_333);
});
