// The yardstick of a recorder, as one would write it by hand: the rows of a batch in INSERTs, one statement
// for each table, and an UPDATE of each pool, in one transaction. It checks nothing and asks for nothing.

import type { Connections, Statement } from '../src/engines/postgres/connections.ts';
import type { DecidedBatch } from '../src/engines/postgres/recorder.ts';

export const INSERTED_ROWS = 'BEGIN, INSERT of the same rows as JSON, UPDATE of each pool, COMMIT';

/** Above the ids that the store has drawn. */
const FIRST_ID = 1_000_000_000;

export class InsertedRows {
  readonly #connections: Connections;
  readonly #statements: readonly Statement[];
  #batches = FIRST_ID;

  /** Into tables that are there; over one connection, because two at once would deadlock. */
  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    const rows = (table: string): Statement => ({
      name: `by_hand_${table}`,
      text: `INSERT INTO ${schema}.${table}
        SELECT * FROM json_populate_recordset(NULL::${schema}.${table}, $1::json)`,
    });
    this.#statements = [
      rows('document'),
      rows('claim'),
      rows('request'),
      rows('batch'),
      {
        name: 'by_hand_pools',
        text: `WITH counted AS MATERIALIZED (
            SELECT * FROM json_to_recordset($1::json) AS c(id text, count bigint)
          ), raised AS (
            UPDATE ${schema}.owner o SET seq = o.seq + c.count FROM counted c WHERE o.id = c.id
          )
          UPDATE ${schema}.account a
          SET balance = a.balance + CASE WHEN a.id = c.id || '/held' THEN c.count ELSE -c.count END,
            prior = a.balance, inflow = a.inflow + c.count
          FROM counted c WHERE a.id IN (c.id || '/available', c.id || '/held')`,
      },
    ];
  }

  /** Several batches in one transaction. */
  async insert(batches: readonly DecidedBatch[]): Promise<void> {
    const values = valuesOf(batches, this.#batches);
    this.#batches += batches.length;
    await this.#connections.transaction(async (connection) => {
      for (const [index, statement] of this.#statements.entries()) {
        await connection.run(statement, [JSON.stringify(values[index])]);
      }
    });
  }
}

function valuesOf(batches: readonly DecidedBatch[], before: number): object[][] {
  const documents: object[] = [];
  const claims: object[] = [];
  const requests: object[] = [];
  const counts = new Map<string, number>();
  const rows = batches.map(({ decided }, index) => {
    const id = before + index + 1;
    for (const { request, documents: written, seqs } of decided) {
      const { principal, key } = request!;
      requests.push({ principal, key, batch: id });
      for (const [pool] of seqs) counts.set(pool, (counts.get(pool) ?? 0) + 1);
      for (const document of written) {
        const { deadlineMs: dueMs, createdAtMs } = document;
        documents.push({
          ...{ ...document, claims: undefined, data: undefined },
          ...{ final: false, due_ms: dueMs, live_ms: createdAtMs, body: document },
        });
        for (const { account } of document.claims) {
          const available = account.replace('/held', '/available');
          claims.push({
            account: available,
            due_ms: dueMs,
            document: document.id,
            tentative: false,
          });
        }
      }
    }
    const ord = { id, ord: id, count: decided.length, at_ms: decided[0]!.atMs };
    return { ...ord, body: decided, lives: decided.length, named: false };
  });
  const pools = [...counts].map(([id, count]) => ({ id, count }));
  return [documents, claims, requests, rows, pools];
}
