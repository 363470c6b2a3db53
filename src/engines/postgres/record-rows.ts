// What of a record is compared with the store that decides: owners and documents by their names, with the place
// in the stream that they are as of; and pages of names. Only reads.

import type { Document, OwnerState } from '../contract.ts';
import type { Connections, Rows } from './connections.ts';
import { isOwn, type RecordAt } from './own-stream.ts';
import { ownerState } from './reads.ts';
import type { RecordLease, RecordState } from './record-lease.ts';

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

export interface RecordRows {
  place: RecordState;
  owners: OwnerState[];
  documents: Document[];
}

export class RecordRowsReader {
  readonly #connections: Connections;
  readonly #s: string;
  readonly #lease: RecordLease;
  readonly #at: RecordAt;

  constructor(connections: Connections, { at, lease }: { at: RecordAt; lease: RecordLease }) {
    this.#connections = connections;
    this.#s = `"${at.schema}"`;
    this.#at = at;
    this.#lease = lease;
  }

  /** As of one moment. */
  read(asked: { owners: readonly string[]; documents: readonly string[] }): Promise<RecordRows> {
    const s = this.#s;
    return this.#connections.with(async (connection) => {
      await connection.say(BEGIN);
      try {
        const place = await this.#lease.look(connection);
        const owners = await connection.run(
          {
            name: this.#named('compared_owners'),
            text: `SELECT o.id, o.seq, (
                SELECT json_agg(json_build_array(a.id, a.balance, a.floor, a.inflow))
                FROM ${s}.account a WHERE a.owner = o.id) AS accounts
              FROM ${s}.owner o
              WHERE o.id = ANY($1::text[]) AND o.seq > 0 AND ${isOwn(this.#at, 'o')}`,
          },
          [asked.owners],
        );
        const documents = await connection.run(this.#documentsRead(), [asked.documents]);
        return { place, owners: owners.map(ownerState), documents: documents.map(bodyOf) };
      } finally {
        await connection.rollBack();
      }
    });
  }

  /** The documents of those ids that came in this stream. */
  async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    const rows = await this.#connections.run(this.#documentsRead(), [ids]);
    const found = new Map(rows.map(bodyOf).map((document) => [document.id, document]));
    return ids.map((id) => found.get(id));
  }

  /** Names of owners after one of them, in order. */
  async ownersAfter(after: string, limit: number): Promise<string[]> {
    const text = `SELECT id FROM ${this.#s}.owner o
      WHERE id > $1::text AND seq > 0 AND ${isOwn(this.#at, 'o')}
      ORDER BY id LIMIT $2::int`;
    const rows = await this.#connections.run({ name: this.#named('owners_after'), text }, [
      after,
      limit,
    ]);
    return rows.map(({ id }) => String(id));
  }

  /** Names of documents that are not final, after one of them, in order. */
  async namedAfter(after: string, limit: number): Promise<string[]> {
    // Ids that were made begin with a digit.
    const text = `SELECT id FROM ${this.#s}.document d
      WHERE id > $1::text AND id >= 'A' AND NOT final AND ${isOwn(this.#at, 'd')} ORDER BY id LIMIT $2::int`;
    const rows = await this.#connections.run({ name: this.#named('named_after'), text }, [
      after,
      limit,
    ]);
    return rows.map(({ id }) => String(id));
  }

  /** Ids of documents that are not final, in the order in which they began, after one of them. */
  async liveAfter(after: LiveMark, limit: number): Promise<LiveMark[]> {
    const text = `SELECT live_ms, id FROM ${this.#s}.document d
      WHERE ${isOwn(this.#at, 'd')} AND live_ms >= $1::bigint AND (live_ms, id) > ($1::bigint, $2::text)
      ORDER BY live_ms, id LIMIT $3::int`;
    const values = [after.liveMs, after.id, limit];
    const rows = await this.#connections.run({ name: this.#named('live_after'), text }, values);
    return rows.map(({ live_ms, id }) => ({ liveMs: Number(live_ms), id: String(id) }));
  }

  #documentsRead() {
    const text = `SELECT body FROM ${this.#s}.document d
      WHERE id = ANY($1::text[]) AND ${isOwn(this.#at, 'd')}`;
    return { name: this.#named('compared_documents'), text };
  }

  /** Streams share connections, on which a name stands for one statement. */
  #named(name: string): string {
    return this.#at.isOneOfMany ? `${name} ${this.#at.stream}` : name;
  }
}

/** Where a page of live documents ends. */
export interface LiveMark {
  liveMs: number;
  id: string;
}

function bodyOf({ body }: Rows[number]): Document {
  return body as Document;
}
