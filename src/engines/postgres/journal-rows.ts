// The rows that recorded entries become in the journal: entries of one moment together, up to a number,
// and the requests that they answer filed with the row. Writes nothing.

import type { Decided, Document, RequestName } from '../contract.ts';
import { isAskedFor, isNamed } from '../document-store.ts';
import { livesBegunBy } from './lives.ts';

/** A repeated request reads the whole row in which its first answer is. */
const ENTRIES_MAX = 1_000;

interface JournalRow {
  atMs: number;
  entries: Decided[];
  texts: string[];
}

function isBorn(document: Document): boolean {
  return document.version === 1 && document.final !== true && isAskedFor(document);
}

export class JournalRows {
  readonly #rows: JournalRow[] = [];
  readonly #requests: { name: RequestName; row: number }[] = [];

  get length(): number {
    return this.#rows.length;
  }

  add(entry: Decided, text: string): void {
    let row = this.#rows.at(-1);
    if (row === undefined || row.atMs !== entry.atMs || row.texts.length >= ENTRIES_MAX) {
      row = { atMs: entry.atMs, entries: [], texts: [] };
      this.#rows.push(row);
    }
    row.entries.push(entry);
    row.texts.push(text);
    const { request } = entry;
    if (request !== undefined) this.#requests.push({ name: request, row: this.#rows.length - 1 });
  }

  get counts(): number[] {
    return this.#rows.map(({ texts }) => texts.length);
  }

  get timesMs(): number[] {
    return this.#rows.map(({ atMs }) => atMs);
  }

  get bodies(): string[] {
    return this.#rows.map(({ texts }) => `[${texts.join(',')}]`);
  }

  get lives(): number[] {
    return this.#rows.map(({ entries }) => livesBegunBy(entries));
  }

  get named(): boolean[] {
    return this.#rows.map(({ entries }) =>
      entries.some(({ documents }) => documents.some(isNamed)),
    );
  }

  /** When the oldest document came to be that requests are remembered for. */
  get bornMs(): number | undefined {
    const born = this.#rows.find(({ entries }) =>
      entries.some(({ documents }) => documents.some(isBorn)),
    );
    return born?.atMs;
  }

  /** With the ids that the rows get. */
  requests(ids: readonly number[]): { principal: string; key: string; batch: number }[] {
    return this.#requests.map(({ name: { principal, key }, row }) => {
      return { principal, key, batch: ids[row]! };
    });
  }
}
