// Money and moments in words: exact for every amount, in the minor units of ISO 4217, in any language.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { momentText, moneyText, withMoneyTexts } from '../../../src/kernel/money-text.ts';

/** Spaces that stay on one line are spaces here. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

const AMOUNTS: [amount: number, currency: string, language: string, text: string][] = [
  [1_234, 'EUR', 'en', '€12.34'],
  [1_234, 'EUR', 'de', '12,34 €'],
  [1_234_567, 'EUR', 'fr', '12 345,67 €'],
  [5, 'EUR', 'en', '€0.05'],
  [0, 'EUR', 'en', '€0.00'],
  [-1_234, 'EUR', 'en', '-€12.34'],
  [1_234, 'JPY', 'en', '¥1,234'],
  [1_234_500, 'VND', 'vi', '1.234.500 ₫'],
  [1_234, 'KWD', 'en', 'KWD 1.234'],
  // What people usually write has no digits behind the point here; the minor unit has.
  [123_456, 'RSD', 'en', 'RSD 1,234.56'],
  [1_234_567, 'IQD', 'en', 'IQD 1,234.567'],
  [123_456, 'HUF', 'en', 'HUF 1,234.56'],
  [Number.MAX_SAFE_INTEGER, 'USD', 'en', '$90,071,992,547,409.91'],
];

describe('an amount', () => {
  for (const [amount, currency, language, text] of AMOUNTS) {
    test(`${amount} ${currency} in ${language} is ${text}`, () => {
      assert.equal(plain(moneyText({ amount, currency }, language)), text);
    });
  }

  test('keeps every digit', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
        (amount, currency) => {
          const digits = moneyText({ amount, currency }, 'en').replaceAll(/\D/g, '');
          assert.equal(BigInt(digits), BigInt(Math.abs(amount)));
        },
      ),
    );
  });
});

test('each amount with a currency gets a text, however deep, and nothing else changes', () => {
  const body = {
    total: { amount: 900, currency: 'EUR' },
    data: { stage: 'deposit', amount: 100, currency: 'EUR' },
    list: [{ money: { amount: 1, currency: 'EUR' } }],
    metadata: {
      amount: 'much',
      currency: 'EUR',
      own: { amount: 1, currency: 'EUR', text: 'mine' },
    },
  };
  const before = structuredClone(body);
  const shown = withMoneyTexts(body, 'en');
  assert.deepEqual(body, before);
  assert.deepEqual(shown, {
    total: { amount: 900, currency: 'EUR', text: '€9.00' },
    data: { stage: 'deposit', amount: 100, currency: 'EUR', text: '€1.00' },
    list: [{ money: { amount: 1, currency: 'EUR', text: '€0.01' } }],
    metadata: body.metadata,
  });
});

test('a moment is written in its language and time zone; what is none stays', () => {
  const at = '2026-11-20T09:30:00.000Z';
  const berlin = { language: 'de', timeZone: 'Europe/Berlin' };
  assert.equal(momentText(at, berlin), '20. November 2026 um 10:30');
  assert.equal(momentText(` ${Date.parse(at)} `, berlin), '20. November 2026 um 10:30');
  const english = plain(momentText(at, { language: 'en', timeZone: 'America/New_York' }));
  assert.equal(english, 'November 20, 2026 at 4:30 AM');
  moneyText({ amount: 1, currency: 'UTC' }, 'de');
  assert.match(momentText(at, { language: 'de', timeZone: 'UTC' }), /um 09:30$/);
  for (const text of ['', 'soon', '9'.repeat(17), '8640000000000001']) {
    assert.equal(momentText(text, berlin), text);
  }
});
