// What the byte writer writes is what JSON.stringify would have made, whatever the value: the journal is
// read with JSON.parse.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from '../../src/engines/byte-writer.ts';
import type { Json } from '../../src/engines/contract.ts';

function written(write: (out: ByteWriter) => void): string {
  // Small, so that it has to grow.
  const out = new ByteWriter(8);
  write(out);
  return out.bytes.toString('utf8', 0, out.length);
}

describe('the byte writer', () => {
  test('writes any JSON value as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = written((out) => out.json(value as Json));
        assert.equal(text, JSON.stringify(value));
      }),
    );
  });

  test('leaves fields out that are undefined, and writes such items as null', () => {
    const value = { a: 1, b: undefined, c: [undefined, 'x'] } as unknown as Json;
    assert.equal(
      written((out) => out.json(value)),
      JSON.stringify(value),
    );
  });

  test('writes any text in quotes, control characters and lone surrogates too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(
          written((out) => out.quoted(text)),
          JSON.stringify(text),
        );
      }),
    );
  });

  test('writes long texts in quotes as it writes short ones, whatever stands where in them', () => {
    const odd = fc.constantFrom('', '"', '\\', '\n', '\u007f', 'é', '茶', '🍵', '\ud800', '\udc00');
    const plain = fc.string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 200 });
    fc.assert(
      fc.property(plain, odd, plain, (before, between, after) => {
        const text = before + between + after;
        const out = written((writer) => {
          writer.quoted(text);
          writer.comma();
          writer.quoted(text);
        });
        assert.equal(out, `${JSON.stringify(text)},${JSON.stringify(text)}`);
      }),
    );
  });

  test('writes names in any script', () => {
    const short = ['', 'tea/available', 'thé/held', '茶', '🍵'];
    for (const name of [...short, ...short.map((text) => text.padEnd(60, `+${text}`))]) {
      assert.equal(
        written((out) => out.name(name)),
        JSON.stringify(name),
      );
    }
  });

  test('writes whole numbers up to the largest that are exact, and others as they are', () => {
    const numbers = [
      0,
      -0,
      1,
      -1,
      2 ** 31 - 1,
      2 ** 31,
      10 ** 15,
      2 ** 53 - 1,
      1 - 2 ** 53,
      0.5,
      1e300,
    ];
    for (const number of numbers) {
      assert.equal(
        written((out) => out.number(number)),
        JSON.stringify(number),
      );
    }
  });
});
