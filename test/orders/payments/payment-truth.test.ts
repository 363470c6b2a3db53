// The merge of what a provider says about a payment: in whatever order, however often, the same
// tellings give the same truth, and nothing that was said is taken back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeTruth, type PaymentTruth } from '../../../src/orders/payments/provider.ts';

const sum = fc.integer({ min: 0, max: 5 });
const currency = fc.constantFrom('EUR', 'USD', 'VND');
const word = fc.constantFrom('abandoned', 'declined', 'expired');

/** As a provider says it: the reason of a failure is only there where there was never money. */
const said: fc.Arbitrary<PaymentTruth> = fc
  .record(
    { currency, authorised: sum, captured: sum, refunded: sum, voided: fc.boolean(), failed: word },
    { requiredKeys: ['currency', 'authorised', 'captured', 'refunded', 'voided'] },
  )
  .map(({ failed, ...truth }) =>
    failed === undefined || truth.authorised > 0 ? truth : { ...truth, failed },
  );

test('merging is commutative', () => {
  fc.assert(
    fc.property(said, said, (a, b) => assert.deepEqual(mergeTruth(a, b), mergeTruth(b, a))),
  );
});

test('merging is associative', () => {
  fc.assert(
    fc.property(said, said, said, (a, b, c) =>
      assert.deepEqual(mergeTruth(mergeTruth(a, b), c), mergeTruth(a, mergeTruth(b, c))),
    ),
  );
});

test('merging is idempotent', () => {
  fc.assert(fc.property(said, (a) => assert.deepEqual(mergeTruth(a, a), a)));
});

test('nothing that was said is taken back', () => {
  fc.assert(
    fc.property(said, said, (a, b) => {
      const both = mergeTruth(a, b);
      for (const sum of ['authorised', 'captured', 'refunded'] as const) {
        assert.equal(both[sum], Math.max(a[sum], b[sum]));
      }
      assert.equal(both.voided, a.voided || b.voided);
    }),
  );
});

test('snapshots in any order, with repeats, give the same truth', () => {
  fc.assert(
    fc.property(
      fc.array(said, { minLength: 1, maxLength: 6 }).chain((all) =>
        fc.record({
          all: fc.constant(all),
          heard: fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
        }),
      ),
      ({ all, heard }) => {
        assert.deepEqual(heard.reduce(mergeTruth), all.reduce(mergeTruth));
      },
    ),
  );
});

const PENDING = { currency: 'EUR', authorised: 0, captured: 0, refunded: 0, voided: false };

test('the currency is that of the money, whatever was asked for', () => {
  const arrived = { ...PENDING, currency: 'AUD', authorised: 700, captured: 700 };
  assert.equal(mergeTruth(PENDING, arrived).currency, 'AUD');
  assert.equal(mergeTruth(arrived, { ...PENDING, voided: true }).currency, 'AUD');
});

test('a failure is no longer said once money has come', () => {
  const declined = { ...PENDING, failed: 'declined' };
  assert.equal(mergeTruth(declined, PENDING).failed, 'declined');
  assert.ok(!('failed' in mergeTruth(declined, { ...PENDING, authorised: 700 })));
});
