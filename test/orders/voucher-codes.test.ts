// Codes: generated ones open again and no slip of the pen makes another good one; imported ones are taken
// in once, whichever campaign they stand in.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { INDEX_MAX, plainCode, readBody, writeBody } from '../../src/kernel/voucher-code.ts';
import { CodeSeal, newSecret } from '../../src/orders/code-seal.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused } from '../support/shop.ts';
import { FIVE_OFF, VoucherShop } from './voucher-shop.ts';

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const index = fc.integer({ min: 0, max: INDEX_MAX });
const body = fc.record({ index, seal: fc.bigInt(0n, 2n ** 40n - 1n).map(Number) });

describe('the body of a code', () => {
  it('reads as it was written', () => {
    fc.assert(
      fc.property(body, (given) => {
        const text = writeBody(given);
        assert.deepEqual(readBody(text), { ...given, plain: text });
        const misread = text.replaceAll('0', 'O').replaceAll('1', 'I');
        assert.deepEqual(readBody(misread), { ...given, plain: text });
      }),
    );
  });

  it('is none with any one symbol changed, or two beside each other swapped', () => {
    fc.assert(
      fc.property(body, (given) => {
        const text = writeBody(given);
        for (let at = 0; at < text.length; at += 1) {
          for (const symbol of SYMBOLS) {
            if (symbol === text[at]) continue;
            assert.equal(readBody(text.slice(0, at) + symbol + text.slice(at + 1)), undefined);
          }
          const swapped = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
          if (at + 1 < text.length && swapped !== text) assert.equal(readBody(swapped), undefined);
        }
      }),
    );
  });
});

describe('a generated code', () => {
  const seal = new CodeSeal({ secret: newSecret(), prefix: 'SPRING' });

  it('opens to its index, however it is typed', () => {
    fc.assert(
      fc.property(index, (given) => {
        const code = seal.code(given);
        assert.match(
          code,
          /^SPRING-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/,
        );
        const typed = ` ${code.toLowerCase().replaceAll('-', ' ')}`;
        assert.equal(seal.open(plainCode(typed)!)?.index, given);
      }),
    );
  });

  it('is good under its own secret alone', () => {
    const other = new CodeSeal({ secret: newSecret(), prefix: 'SPRING' });
    for (let given = 0; given < 1_000; given += 1) {
      assert.equal(other.open(plainCode(seal.code(given))!), undefined);
    }
  });

  it('does not look like the one before', () => {
    const starts = new Set(
      Array.from({ length: 100 }, (_, given) => seal.code(given).slice(0, 12)),
    );
    assert.ok(starts.size > 90);
  });
});

let at: VoucherShop;
beforeEach(async () => {
  at = await VoucherShop.open();
});
afterEach(async () => {
  assert.deepEqual((await verify(at.shop.engine)).problems, []);
  await at.close();
});

describe('generated codes', () => {
  const issue = (count: number, key?: string) =>
    at.vouchers.campaigns.issue({ campaign: 'summer', count }, key === undefined ? {} : { key });

  beforeEach(() => at.campaign({ prefix: 'S' }));

  it('are good once they were made, each for one use', async () => {
    const codes = [...accepted(await issue(3))];
    assert.equal(new Set(codes).size, 3);
    for (const code of codes) accepted(await at.checkout({ vouchers: [code] }));
    for (const code of codes) refused(await at.checkout({ vouchers: [code] }), 'voucher-used-up');
    const { secret, prefix } = at.vouchers.campaigns.directory.of('summer')!;
    const next = new CodeSeal({ secret, prefix }).code(3);
    refused(await at.checkout({ vouchers: [next] }), 'unknown-voucher');
  });

  it('are the same under the same key', async () => {
    const first = accepted(await issue(5, 'k'));
    const again = await issue(5, 'k');
    assert.ok(again.ok && again.repeated);
    assert.deepEqual([...again.value], [...first]);
    const others = accepted(await issue(5));
    assert.equal(others.from, 5);
    assert.equal(new Set([...first, ...others]).size, 10);
  });

  it('are refused to a campaign that is not there', async () => {
    const { campaigns } = at.vouchers;
    refused(await campaigns.issue({ campaign: 'none', count: 1 }), 'unknown-campaign');
    refused(await campaigns.issue({ campaign: 'summer', count: 0 }), 'invalid-request');
    const other = { campaign: 'summer', discount: FIVE_OFF, prefix: 'T' };
    refused(await campaigns.put(other), 'invalid-request');
  });
});

describe('imported codes', () => {
  const codes = Array.from({ length: 5_000 }, (_, n) => `code-${n}`);

  it('are taken in once', async () => {
    await at.campaign();
    const first = await at.vouchers.campaigns.import('summer', [...codes, codes[0]!, ' ']);
    assert.ok(first.ok);
    const { takenBy: _, ...counts } = first.value;
    assert.deepEqual(counts, { imported: 5_000, repeated: 1, taken: 0, malformed: 1 });
    const again = await at.vouchers.campaigns.import('summer', codes);
    assert.ok(again.ok);
    assert.deepEqual([again.value.imported, again.value.repeated], [0, 5_000]);
    assert.equal((await at.vouchers.campaigns.campaign('summer'))!.imported, 5_001);
    accepted(await at.checkout({ vouchers: ['CODE 4999'] }));
    refused(await at.checkout({ vouchers: ['code-5000'] }), 'unknown-voucher');
  });

  it('stay with the campaign that had them first, which is named', async () => {
    await at.campaign({ prefix: 'S' });
    const issued = [
      ...accepted(await at.vouchers.campaigns.issue({ campaign: 'summer', count: 1 })),
    ];
    accepted(await at.vouchers.campaigns.put({ campaign: 'winter', discount: FIVE_OFF }));
    const answer = await at.vouchers.campaigns.import('winter', ['SUMMER', 'NEW', issued[0]!]);
    assert.ok(answer.ok);
    assert.deepEqual([answer.value.imported, answer.value.taken], [1, 2]);
    assert.deepEqual(
      new Set(answer.value.takenBy.map(({ campaign }) => campaign)),
      new Set(['summer']),
    );
    accepted(await at.checkout({ vouchers: ['SUMMER'] }));
    assert.deepEqual(await at.counts('winter'), [0, 0]);
  });

  it('by two at once come in once', async () => {
    await at.campaign();
    const { campaigns } = at.vouchers;
    const both = await Promise.all([1, 2].map(() => campaigns.import('summer', codes)));
    const imported = both.map((answer) => (answer.ok ? answer.value.imported : Number.NaN));
    assert.equal(imported[0]! + imported[1]!, 5_000);
  });
});
