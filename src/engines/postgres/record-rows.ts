// What of a record is compared with the store that decides: owners and documents by their names, with the place
// in the stream that they are as of; and pages of names. Only reads.

import type { Document, OwnerState } from '../contract.ts';
import type { Connections, Rows } from './connections.ts';
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

  constructor(connections: Connections, { schema, lease }: { schema: string; lease: RecordLease }) {
    this.#connections = connections;
    this.#s = `"${schema}"`;
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
            name: 'compared_owners',
            text: `SELECT o.id, o.seq, (
                SELECT json_agg(json_build_array(a.id, a.balance, a.floor, a.inflow))
                FROM ${s}.account a WHERE a.owner = o.id) AS accounts
              FROM ${s}.owner o WHERE o.id = ANY($1::text[]) AND o.seq > 0`,
          },
          [asked.owners],
        );
        const text = `SELECT body FROM ${s}.document WHERE id = ANY($1::text[])`;
        const documents = await connection.run({ name: 'compared_documents', text }, [
          asked.documents,
        ]);
        return { place, owners: owners.map(ownerState), documents: documents.map(bodyOf) };
      } finally {
        await connection.rollBack();
      }
    });
  }

  /** Names of owners after one of them, in order. */
  async ownersAfter(after: string, limit: number): Promise<string[]> {
    const text = `SELECT id FROM ${this.#s}.owner WHERE id > $1::text AND seq > 0
      ORDER BY id LIMIT $2::int`;
    const rows = await this.#connections.run({ name: 'owners_after', text }, [after, limit]);
    return rows.map(({ id }) => String(id));
  }

  /** Names of documents that are not final, after one of them, in order. */
  async namedAfter(after: string, limit: number): Promise<string[]> {
    // Ids that were made begin with a digit.
    const text = `SELECT id FROM ${this.#s}.document
      WHERE id > $1::text AND id >= 'A' AND NOT final ORDER BY id LIMIT $2::int`;
    const rows = await this.#connections.run({ name: 'named_after', text }, [after, limit]);
    return rows.map(({ id }) => String(id));
  }

  /** Ids of documents that are not final, in the order in which they began, after one of them. */
  async liveAfter(after: LiveMark, limit: number): Promise<LiveMark[]> {
    const text = `SELECT live_ms, id FROM ${this.#s}.document
      WHERE live_ms >= $1::bigint AND (live_ms, id) > ($1::bigint, $2::text)
      ORDER BY live_ms, id LIMIT $3::int`;
    const values = [after.liveMs, after.id, limit];
    const rows = await this.#connections.run({ name: 'live_after', text }, values);
    return rows.map(({ live_ms, id }) => ({ liveMs: Number(live_ms), id: String(id) }));
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
