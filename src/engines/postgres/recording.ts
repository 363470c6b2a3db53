// One attempt at recording batches of a stream in one transaction: reads what is not known, checks every
// entry again, writes all of it and moves the record's number with it. Nothing of it is there without the
// rest. Who tries again, and when, is for others to say.

import { Recheck } from '../../kernel/recheck.ts';
import type { RefusedDecision } from '../../kernel/revoking.ts';
import type { Decided } from '../contract.ts';
import { crashPoint } from '../crash-point.ts';
import { beginWithin, type Timeouts } from './attempt.ts';
import type { Connection } from './connections.ts';
import { entryText, type PreparedEntry } from './decided-batches.ts';
import { JournalRows } from './journal-rows.ts';
import type { RecordAt } from './own-stream.ts';
import type { Place } from './record-lease.ts';
import { recordStatements } from './record-statements.ts';
import { areCounted, recordValues } from './record-values.ts';
import { RecordedRows } from './recorded-rows.ts';

export interface ToRecord {
  entries: readonly PreparedEntry[];
  from: Place;
  /** The number of its last batch. */
  to: number;
}

/** Drawn at once: a transaction seldom has more rows. */
const IDS_DRAWN = 64;

export class Recording {
  readonly #statements: ReturnType<typeof recordStatements>;
  readonly #known: RecordedRows;
  readonly #stream: string;
  readonly #begin: string;
  readonly #isOneOfMany: boolean;
  /** Ids of the journal's rows to come. Those that are drawn and never used are gaps that nobody minds. */
  #ids: number[] = [];

  constructor(options: RecordAt & { timeouts: Timeouts }) {
    this.#statements = recordStatements(options.schema, options);
    this.#known = new RecordedRows(this.#statements);
    this.#stream = options.stream;
    this.#isOneOfMany = options.isOneOfMany;
    this.#begin = beginWithin(options.timeouts);
  }

  /** Undefined: something was not as it was known to be, and nothing was written. */
  async attempt(
    connection: Connection,
    asked: ToRecord,
    { locked }: { locked: boolean },
  ): Promise<RefusedDecision[] | undefined> {
    await connection.say(this.#begin);
    try {
      if (locked) await this.#known.loadLocked(connection, asked.entries);
      else await this.#known.load(connection, asked.entries);
      const recheck = new Recheck(this.#known);
      const journal = new JournalRows();
      const texts = this.#check(recheck, journal, asked.entries);
      crashPoint('record-checked');
      // What is known may be older than what is there: nothing is refused for its sake.
      const isSure = locked || recheck.refused.length === 0;
      if (!isSure || !(await this.#write(connection, asked, { recheck, journal, texts }))) {
        this.#known.forget();
        await connection.rollBack();
        return undefined;
      }
      crashPoint('record-written');
      await connection.say('COMMIT');
      crashPoint('record-committed');
      this.#known.merge(recheck);
      return recheck.refused;
    } catch (error) {
      this.#known.forget();
      await connection.rollBack();
      throw error;
    }
  }

  /** The texts of the documents' last versions. */
  #check(recheck: Recheck, journal: JournalRows, entries: readonly PreparedEntry[]) {
    const texts = new Map<string, string>();
    for (const { decided: said, name, why, text, documents } of entries) {
      const decided = this.#isOneOfMany ? withoutTaken(said, recheck) : said;
      const revoking =
        why === undefined ? recheck.take(decided, name) : recheck.refuse(decided, name, why);
      if (revoking !== undefined) {
        journal.add(revoking, entryText(revoking, []));
        continue;
      }
      journal.add(decided, text);
      for (const [index, { id }] of decided.documents.entries()) texts.set(id, documents[index]!);
    }
    return texts;
  }

  async #write(
    connection: Connection,
    { from, to }: ToRecord,
    checked: { recheck: Recheck; journal: JournalRows; texts: ReadonlyMap<string, string> },
  ): Promise<boolean> {
    const ids = await this.#draw(connection, checked.journal.length);
    const recorded = recordValues({ ...checked, ids, rows: this.#known.rows });
    const place = [this.#stream, from.epoch, from.number, to];
    const [counts] = await connection.run(this.#statements.record, [...place, ...recorded.values]);
    return areCounted(counts!, recorded);
  }

  async #draw(connection: Connection, count: number): Promise<number[]> {
    if (this.#ids.length < count) {
      const drawn = Math.max(count, IDS_DRAWN);
      const rows = await connection.run(this.#statements.drawBatches, [drawn]);
      this.#ids = rows.map(({ id }) => Number(id));
    }
    return this.#ids.splice(0, count);
  }
}

/** A key that another stream has used for another command stays that one's. */
function withoutTaken(decided: Decided, { overlay }: Recheck): Decided {
  const { request, ...rest } = decided;
  return request === undefined || overlay.request(request) === undefined ? decided : rest;
}
