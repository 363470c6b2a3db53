// Reads an order file line by line: CSV in the columns of the UCI Online Retail data set, plain or
// gzipped, in any column order. Streams: a file of any length takes the same memory. Judges nothing;
// what is missing is an empty text.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** One line of the file as it stands there. */
export interface OrderLine {
  /** Its number among the lines below the heading, from 1. */
  number: number;
  invoice: string;
  sku: string;
  description: string;
  quantity: string;
  /** `2010-12-01 08:26:00`. */
  at: string;
  customer: string;
}

/** The file cannot be read as an order file; the message says why. */
export class OrderFileError extends Error {
  override readonly name = 'OrderFileError';
}

const COLUMNS = {
  invoice: 'InvoiceNo',
  sku: 'StockCode',
  description: 'Description',
  quantity: 'Quantity',
  at: 'InvoiceDate',
  customer: 'CustomerID',
} as const;

type ColumnName = keyof typeof COLUMNS;

/** About a hundred invoices: with the usual 16 KB, few commands would meet in one batch. */
const CHUNK_BYTES = 262_144;
const PARSE = { bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true };

/**
 * Yields the lines in the order of the file. `onBytes` sees the unpacked text as it passes.
 *
 * @throws OrderFileError when the file is missing, damaged, or lacks a column.
 */
export async function* readOrderFile(
  path: string,
  onBytes?: (bytes: Buffer) => void,
): AsyncGenerator<OrderLine> {
  const rows = parse(PARSE);
  const tap = async function* (source: AsyncIterable<Buffer>) {
    for await (const bytes of source) {
      onBytes?.(bytes);
      yield bytes;
    }
  };
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const flow = path.endsWith('.gz')
    ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), tap, rows)
    : pipeline(source, tap, rows);
  // The iteration below meets the same failure; this promise must not report it a second time.
  flow.catch(() => {});
  let columns: Record<ColumnName, number> | undefined;
  let number = 0;
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      if (columns === undefined) {
        columns = findColumns(row, path);
        continue;
      }
      number += 1;
      yield toLine(row, columns, number);
    }
  } catch (error) {
    if (error instanceof OrderFileError) throw error;
    throw new OrderFileError(`cannot read ${path}: ${reason(error)}`, { cause: error });
  } finally {
    rows.destroy();
    source.destroy();
  }
  if (columns === undefined) throw new OrderFileError(`${path} is empty`);
}

function findColumns(heading: readonly string[], path: string): Record<ColumnName, number> {
  const columns: Partial<Record<ColumnName, number>> = {};
  for (const [name, title] of Object.entries(COLUMNS)) {
    const index = heading.indexOf(title);
    if (index < 0) {
      const all = Object.values(COLUMNS).join(', ');
      throw new OrderFileError(`${path} has no column ${title}; an order file has ${all}`);
    }
    columns[name as ColumnName] = index;
  }
  return columns as Record<ColumnName, number>;
}

function toLine(
  row: readonly string[],
  columns: Record<ColumnName, number>,
  number: number,
): OrderLine {
  const cell = (name: ColumnName) => row[columns[name]] ?? '';
  return {
    number,
    invoice: cell('invoice').trim(),
    sku: cell('sku'),
    description: cell('description').trim(),
    quantity: cell('quantity').trim(),
    at: cell('at').trim(),
    // The public copies were written by programs that make 17850.0 of 17850.
    customer: cell('customer').trim().replace(/\.0$/, ''),
  };
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'there is no such file';
  return error.message;
}
