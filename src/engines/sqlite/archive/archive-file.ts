// One file of the archive: a run of the journal's rows as they stood there, compressed, behind a header
// that names the header before it. Encodes and decodes; a file that is not as it was written is named
// and never read further.
//
// The header is one line of JSON; the rest of the file is gzip of, for each row, a line of JSON
// [first, last, atMs, sum, bytes], the row's body and a newline: `tail -n +2 FILE | gunzip` shows it.

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { HoldfastError } from '../../../errors.ts';

/** A row of the table `journal`. */
export interface JournalRow {
  first: number;
  last: number;
  at_ms: number;
  body: Uint8Array;
  sum: number | null;
}

export interface ArchiveHeader {
  format: 1;
  /** The id of the journal that wrote it. */
  journal: string;
  first: number;
  last: number;
  entries: number;
  /** Times of the first and the last entry. */
  fromMs: number;
  toMs: number;
  /** Of what stands behind the header. */
  bytes: number;
  sha256: string;
  /** SHA-256 of the header of the file before, with its newline; null for the first. */
  previous: string | null;
}

/** A file as the journal knows it. */
export interface ArchivedFile {
  first: number;
  last: number;
  file: string;
  /** SHA-256 of its header. */
  header: string;
}

const NEWLINE = 10;

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The rows as text, before they are compressed. */
export function rowsText(rows: readonly JournalRow[]): Buffer {
  const newline = Buffer.from('\n');
  return Buffer.concat(
    rows.flatMap(({ first, last, at_ms, sum, body }) => [
      Buffer.from(`${JSON.stringify([first, last, at_ms, sum, body.length])}\n`),
      body,
      newline,
    ]),
  );
}

export interface Encoded extends ArchivedFile {
  bytes: Buffer;
}

export function encodeArchive(
  rows: readonly JournalRow[],
  { journal, previous }: { journal: string; previous: string | null },
): Encoded {
  const content = gzipSync(rowsText(rows));
  const { first, at_ms: fromMs } = rows[0]!;
  const { last, at_ms: toMs } = rows.at(-1)!;
  const header: ArchiveHeader = {
    format: 1,
    journal,
    first,
    last,
    entries: last - first + 1,
    fromMs,
    toMs,
    bytes: content.length,
    sha256: sha256(content),
    previous,
  };
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  const file = fileName(header);
  return { first, last, file, header: sha256(line), bytes: Buffer.concat([line, content]) };
}

const POSITION_DIGITS = 16;

/** What the name of a file begins with whose first entry is this one. */
export function namePrefix(first: number): string {
  return `${String(first).padStart(POSITION_DIGITS, '0')}-`;
}

/** Two files of one name have the same content: of copies of a store that share a folder, too. */
function fileName({ first, last, sha256: sum }: ArchiveHeader): string {
  const to = String(last).padStart(POSITION_DIGITS, '0');
  return `${namePrefix(first)}${to}-${sum.slice(0, 12)}.archive`;
}

export interface OpenedArchive {
  header: ArchiveHeader;
  /** SHA-256 of its header. */
  headerSum: string;
  content: Buffer;
}

/**
 * The header of a file, and what stands behind it, not yet looked at.
 *
 * @throws HoldfastError when it has no header that can be read
 */
export function openArchive(bytes: Buffer, file: string): OpenedArchive {
  const end = bytes.indexOf(NEWLINE) + 1;
  const line = bytes.subarray(0, end);
  try {
    const header = JSON.parse(line.toString()) as ArchiveHeader;
    if (header.format !== 1) throw new SyntaxError(`format ${header.format}`);
    return { header, headerSum: sha256(line), content: bytes.subarray(end) };
  } catch {
    throw damagedArchive(file, 'its header cannot be read');
  }
}

/** @throws HoldfastError when the content is not the one that the header describes */
export function archivedText({ header, content }: OpenedArchive, file: string): Buffer {
  if (content.length !== header.bytes || sha256(content) !== header.sha256) {
    throw damagedArchive(file, 'it is not as it was written');
  }
  return gunzipSync(content);
}

export function rowsOf(text: Buffer): JournalRow[] {
  const rows: JournalRow[] = [];
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf(NEWLINE, at) + 1;
    const [first, last, at_ms, sum, length] = JSON.parse(text.toString('utf8', at, start));
    rows.push({ first, last, at_ms, sum, body: text.subarray(start, start + length) });
    at = start + length + 1;
  }
  return rows;
}

/** A file of the archive is gone, or not what was written: nothing is read in its place. */
export function damagedArchive(file: string, what: string): HoldfastError {
  const details = { damage: 'damaged-archive', file };
  return new HoldfastError('unavailable', `the archive is damaged: ${file}: ${what}`, details);
}

export function isDamagedArchive(error: unknown): boolean {
  return error instanceof HoldfastError && error.details.damage === 'damaged-archive';
}
