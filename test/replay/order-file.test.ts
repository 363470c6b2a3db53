// What cannot be read as an order file is refused with a sentence that says why.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { OrderFileError, readOrderFile } from '../../src/replay/order-file.ts';
import { orderFile, rows } from './order-texts.ts';

async function read(path: string) {
  const lines = [];
  for await (const line of readOrderFile(path)) lines.push(line);
  return lines;
}

function refused(path: string, message: RegExp) {
  return assert.rejects(read(path), (error: Error) => {
    assert.ok(error instanceof OrderFileError);
    assert.match(error.message, message);
    return true;
  });
}

test('plain and gzipped files read the same', async () => {
  const text = rows('1 tea 5 17850.0', '2 cup 1');
  const plain = await read(orderFile(text));
  assert.deepEqual(plain, await read(orderFile(text, 'orders.csv.gz')));
  assert.equal(plain[0]?.customer, '17850');
  assert.equal(plain[1]?.number, 2);
});

test('columns are found by their names', async () => {
  const text = 'CustomerID,Quantity,InvoiceNo,InvoiceDate,StockCode,Description\nann,3,1,,tea,x\n';
  const [line] = await read(orderFile(text));
  assert.deepEqual([line?.customer, line?.quantity, line?.sku], ['ann', '3', 'tea']);
});

test('files that are none', async () => {
  await refused('nowhere/orders.csv', /there is no such file/);
  await refused(orderFile(''), /is empty/);
  await refused(orderFile('InvoiceNo,StockCode\n'), /has no column Description/);
  await refused(orderFile(Buffer.from('not gzip'), 'x.csv.gz'), /incorrect header check/);
  const whole = gzipSync(rows('1 tea 5 ann'));
  await refused(orderFile(whole.subarray(0, -9), 'x.csv.gz'), /unexpected end of file/);
});
