// Every kind of line ends in the outcome that its name promises: small files, one idea each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEADING, orderFile, rows } from './order-texts.ts';
import { linesOf, runReplay, unitsOf } from './replay-run.ts';

interface Case {
  name: string;
  text: string;
  stock?: string;
  partial?: boolean;
  lines: Record<string, number>;
  units?: Record<string, number>;
}

const LONG = 'x'.repeat(129);

const CASES: Case[] = [
  { name: 'a sale', text: rows('1 tea 5 ann'), stock: '100%', lines: { sold: 1 } },
  {
    name: 'all or nothing: one short line takes its invoice with it',
    text: rows('1 tea 5 ann', '2 tea 5 bob', '2 cup 1 bob', '3 cup 1 cho'),
    stock: '60%',
    lines: { sold: 2, 'not-enough-stock': 1, 'other-line-short': 1 },
    units: { sold: 6, 'not-enough-stock': 5, 'other-line-short': 1 },
  },
  {
    name: 'partial: each line as far as stock goes',
    text: rows('1 tea 5 ann', '2 tea 5 bob', '2 cup 2 bob', '3 tea 1 cho'),
    stock: '60%',
    partial: true,
    lines: { sold: 1, 'sold-in-part': 2, 'not-enough-stock': 1 },
    units: { sold: 7, 'not-enough-stock': 6 },
  },
  {
    name: 'the same item twice on an invoice counts twice',
    text: rows('1 tea 5 ann', '1 tea 5 ann', '2 tea 2 bob'),
    stock: '60%',
    lines: { sold: 1, 'not-enough-stock': 1, 'other-line-short': 1 },
  },
  {
    name: 'an invoice in pieces is decided with its last line',
    text: rows('1 tea 3 ann', '2 tea 3 bob', '1 cup 1 ann'),
    stock: '50%',
    lines: { sold: 1, 'not-enough-stock': 1, 'other-line-short': 1 },
  },
  {
    name: 'a return in full, then one too many',
    text: rows('1 tea 5 ann', 'C2 tea -3 ann', 'C3 tea -3 ann', 'C4 tea -1 ann'),
    stock: '100%',
    lines: { sold: 1, returned: 1, 'returned-in-part': 1, 'return-exceeds-sales': 1 },
    units: { sold: 5, returned: 5, 'return-exceeds-sales': 2 },
  },
  {
    name: 'a return over several reservations, and of the same item on two lines',
    text: rows('1 tea 2 ann', '2 tea 2 ann', 'C3 tea -3 ann', 'C3 tea -1 ann'),
    stock: '100%',
    lines: { sold: 2, returned: 2 },
    units: { sold: 4, returned: 4 },
  },
  {
    name: 'what came back is sold again, in the order of the file',
    text: rows('1 tea 3 ann', '2 tea 3 bob', 'C3 tea -3 ann', '4 tea 3 cho'),
    stock: '34%',
    lines: { sold: 2, 'not-enough-stock': 1, returned: 1 },
  },
  {
    name: 'returns that are refused',
    text: rows('1 tea 5 ann', 'C2 tea -5 ann', 'C3 tea -1 bob', 'C4 tea -1', 'C5 cup -1 ann'),
    stock: '60%',
    lines: {
      'not-enough-stock': 1,
      'return-of-refused-sale': 1,
      'return-without-sale': 2,
      'no-customer': 1,
    },
  },
  {
    name: 'write-offs, as far as units are there',
    text: rows('1 tea 2 ann', '2 tea -3', '3 tea -3', '4 tea -3', '5 tea 3 bob'),
    stock: '100%',
    lines: {
      sold: 1,
      'written-off': 1,
      'write-off-exceeds-stock': 2,
      'not-enough-stock': 1,
    },
  },
  {
    name: 'a write-off in part, and one of an item that is never ordered',
    text: rows('1 tea 2 ann', '2 tea -3', '3 cup -1'),
    stock: '200%',
    lines: { sold: 1, 'written-off-in-part': 1, 'write-off-exceeds-stock': 1 },
    units: { sold: 2, 'written-off': 2, 'write-off-exceeds-stock': 2 },
  },
  {
    name: 'quantities that are none',
    text: rows('1 tea 0 a', '2 tea x a', '3 tea 1.5 a', 'C4 tea 2 a', '5 tea 1e3 a', '6 tea  a'),
    lines: { 'bad-quantity': 6 },
    units: { 'bad-quantity': 2 },
  },
  {
    name: 'bookkeeping, missing names, and bounds',
    text: rows('A1 B 1', ' tea 1 a', '2  1 a', `3 ${LONG} 1 a`, '4 tea 1000000001 a'),
    lines: { 'not-goods': 1, 'no-invoice': 1, 'no-sku': 1, 'out-of-bounds': 2 },
  },
  {
    name: 'an invoice with more lines than one reservation takes',
    text: rows(...new Array<string>(5_001).fill('1 tea 1 ann'), '2 tea 1 bob'),
    stock: '100%',
    lines: { 'out-of-bounds': 5_001, sold: 1 },
  },
  {
    name: 'rows with too few fields',
    text: `${HEADING}\n1\n2,tea\n\n3,tea,,1,2010-12-01 08:26:00,1,ann,UK\n`,
    stock: '100%',
    lines: { 'no-sku': 1, 'bad-quantity': 1, sold: 1 },
  },
  {
    name: 'quotes, commas and a byte order mark',
    text: `\ufeff${HEADING}\r\n1,tea,"A ""fine"", green tea",2,2010-12-01 08:26:00,1,ann,UK\r\n`,
    stock: '100%',
    lines: { sold: 1 },
  },
];

for (const { name, text, lines, units, stock, partial } of CASES) {
  for (const inFlightMax of [1, 1_000]) {
    test(`${name} (${inFlightMax} in flight)`, async () => {
      const run = await runReplay({
        file: orderFile(text),
        inFlightMax,
        stock: stock ?? '100%',
        partial: partial === true,
      });
      assert.deepEqual(linesOf(run), lines);
      if (units !== undefined) assert.deepEqual(unitsOf(run), units);
      assert.deepEqual(run.result.problems, []);
      assert.equal(run.verified.ok, true);
    });
  }
}
