// The rules of a provider, over generated sequences of deeds: whatever is asked in whatever order, money
// is neither captured without having been authorised nor refunded without having been captured.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Asked, type Deed, type Move, rule } from '../../src/payment-simulator/rules.ts';
import type { MovementKind, Reason, WireTruth } from '../../src/payment-simulator/wire.ts';

const ASKED: Asked = { amount: 900, currency: 'EUR', capture: 'manual' };
const NONE: WireTruth = {
  currency: 'EUR',
  authorised: 0,
  captured: 0,
  refunded: 0,
  voided: false,
};

/** The truth after these movements, by another way than the simulator's own. */
function after(truth: WireTruth, moves: readonly Move[]): WireTruth {
  const sum = (kind: MovementKind) =>
    moves.filter((move) => move.kind === kind).reduce((all, { amount }) => all + amount, 0);
  const currency = moves.find(({ kind }) => kind === 'authorise')?.currency ?? truth.currency;
  return {
    currency,
    authorised: truth.authorised + sum('authorise'),
    captured: truth.captured + sum('capture'),
    refunded: truth.refunded + sum('refund'),
    voided: truth.voided || moves.some(({ kind }) => kind === 'void'),
  };
}

const amount = fc.integer({ min: 1, max: 1_200 });
const currency = fc.constantFrom('EUR', 'USD');
const money = { amount, currency };
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constantFrom('capture' as const, 'refund' as const), ...money }),
  fc.constant({ kind: 'void' as const }),
  fc.record(
    { kind: fc.constant('buyer' as const), outcome: fc.constant('approve' as const), ...money },
    { requiredKeys: ['kind', 'outcome'] },
  ),
  fc.constant({ kind: 'buyer' as const, outcome: 'decline' as const }),
);

test('no order of deeds captures or refunds what is not there', () => {
  const capture = fc.constantFrom('manual' as const, 'automatic' as const);
  fc.assert(
    fc.property(capture, fc.array(deeds, { maxLength: 12 }), (mode, asked) => {
      let truth = NONE;
      for (const deed of asked) {
        const ruling = rule({ ...ASKED, capture: mode, truth }, deed);
        if (!ruling.ok) continue;
        const next = after(truth, ruling.moves);
        assert.ok(next.captured <= next.authorised, 'captured without having been authorised');
        assert.ok(next.refunded <= next.captured, 'refunded without having been captured');
        if (truth.authorised > 0) assert.equal(next.currency, truth.currency, 'two currencies');
        if (truth.voided) assert.ok(deed.kind !== 'capture', 'captured after it was voided');
        truth = next;
      }
    }),
    { numRuns: 2_000 },
  );
});

describe('each "no" has its reason', () => {
  const approved = { ...NONE, authorised: 900 };
  const paid = { ...approved, captured: 900 };
  const voided = { ...NONE, voided: true };
  const eur = (amount: number) => ({ amount, currency: 'EUR' });
  const approve = { kind: 'buyer', outcome: 'approve' } as const;
  const cases: [truth: WireTruth, deed: Deed, error: Reason][] = [
    [NONE, { kind: 'capture', ...eur(900) }, 'not-authorised'],
    [approved, { kind: 'capture', ...eur(901) }, 'exceeds-authorised'],
    [approved, { kind: 'capture', amount: 900, currency: 'USD' }, 'other-currency'],
    [{ ...approved, voided: true }, { kind: 'capture', ...eur(1) }, 'payment-voided'],
    [paid, { kind: 'void' }, 'already-captured'],
    [voided, { kind: 'void' }, 'payment-voided'],
    [approved, { kind: 'refund', ...eur(1) }, 'exceeds-captured'],
    [paid, { kind: 'refund', ...eur(901) }, 'exceeds-captured'],
    [paid, { kind: 'refund', amount: 900, currency: 'USD' }, 'other-currency'],
    [voided, approve, 'payment-voided'],
    [approved, approve, 'already-paid'],
    [approved, { ...approve, amount: 900, currency: 'USD' }, 'other-currency'],
    [paid, { kind: 'buyer', outcome: 'decline' }, 'already-paid'],
    [voided, { kind: 'buyer', outcome: 'decline' }, 'payment-voided'],
  ];
  for (const [truth, deed, error] of cases) {
    test(`${JSON.stringify(deed)} is ${error}`, () => {
      const ruling = rule({ ...ASKED, truth }, deed);
      assert.equal(ruling.ok ? undefined : ruling.error, error);
    });
  }
});

test('a bank transfer arrives even when it is too late, wrong, or the second one', () => {
  const late = rule({ ...ASKED, truth: { ...NONE, voided: true } }, transfer(700, 'USD'));
  assert.deepEqual(late, {
    ok: true,
    moves: [
      { kind: 'authorise', amount: 700, currency: 'USD' },
      { kind: 'capture', amount: 700, currency: 'USD' },
    ],
  });
  const second = rule({ ...ASKED, truth: { ...NONE, authorised: 900 } }, transfer(900, 'EUR'));
  assert.deepEqual(second, {
    ok: true,
    moves: [{ kind: 'authorise', amount: 900, currency: 'EUR' }],
  });
});

function transfer(amount: number, currency: string): Deed {
  return { kind: 'buyer', outcome: 'approve', amount, currency };
}
