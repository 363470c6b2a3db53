// Codes as lines of text: written in large pieces and no faster than they are taken; read from a file of
// one code a line, or from the first column of a CSV file.

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

const PIECE = 5_000;

export async function writeCodes(
  stream: Writable,
  codes: Iterable<string>,
  written: (count: number) => void = () => {},
): Promise<void> {
  let lines: string[] = [];
  let count = 0;
  const flush = async () => {
    count += lines.length;
    if (!stream.write(`${lines.join('\n')}\n`)) await once(stream, 'drain');
    lines = [];
    written(count);
  };
  for (const code of codes) if (lines.push(code) >= PIECE) await flush();
  if (lines.length > 0) await flush();
}

/** Without a heading, blank lines, and what stands behind the first comma. */
export async function* readCodes(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  if (input !== process.stdin) await once(input, 'ready');
  let isFirst = true;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const code = unquoted(line.replace('\ufeff', '').trim().split(',', 1)[0]!);
    const isHeading = isFirst && /^(code|voucher|coupon)s?$/i.test(code);
    isFirst = false;
    if (code !== '' && !isHeading) yield code;
  }
}

function unquoted(field: string): string {
  return /^".*"$/.test(field) ? field.slice(1, -1) : field;
}
