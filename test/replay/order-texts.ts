// Small order files for tests: written from rows into a folder of the test's own.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '../support/temporary-folder.ts';

export const HEADING =
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

/** `INVOICE SKU QUANTITY CUSTOMER`, without a customer the sale is anonymous. */
export function rows(...short: string[]): string {
  const lines = short.map((row) => {
    const [invoice, sku, quantity, customer = ''] = row.split(' ');
    return `${invoice},${sku},,${quantity},2010-12-01 08:26:00,1.5,${customer},United Kingdom`;
  });
  return `${[HEADING, ...lines].join('\n')}\n`;
}

export function orderFile(text: string | Buffer, name = 'orders.csv'): string {
  const path = join(temporaryFolder('replay'), name);
  writeFileSync(path, name.endsWith('.gz') && typeof text === 'string' ? gzipSync(text) : text);
  return path;
}
