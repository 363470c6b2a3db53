// The statements by which a stream of decided entries is recorded, with the schema's name in them. Lists
// go as binary arrays; every change says what it expects to find, and the counts tell whether it did.

import type { Statement } from './connections.ts';
import { commitStatements, DOCUMENT, DOCUMENT_VALUES, documentLists } from './statements.ts';

/** Where their values begin. */
const STOCK_FIRST = 5;
const DOCUMENTS_FIRST = 26;

export type RecordStatements = ReturnType<typeof recordStatements>;

/** `isOneOfMany`: what comes to be says which stream it came in. */
export function recordStatements(schema: string, { isOneOfMany }: { isOneOfMany: boolean }) {
  const own = isOneOfMany ? '$1::text' : 'NULL';
  const s = `"${schema}"`;
  const statement = (name: string, text: string): Statement => ({ name, text });
  const { write: _, claimRequests: __, forgetRequests: ___, ...shared } = commitStatements(schema);
  return {
    ...shared,
    drawBatches: statement(
      'draw_batches',
      `SELECT nextval('${s}.batch_id') AS id FROM generate_series(1, $1::int)`,
    ),
    /**
     * Everything that batches of a stream change, at once; tells how many rows of each kind. What comes
     * late was live already when that was noted of each hour (forgetting.ts).
     */
    record: statement(
      'record',
      `WITH moved AS (
         UPDATE ${s}.record SET number = $4::bigint
         WHERE stream = $1::text AND epoch = $2::bigint AND number = $3::bigint RETURNING 1
       ), ${recordingStock(s, own)}, ${recordingDocuments(s, own)}, kept AS (
         INSERT INTO ${s}.batch (id, ord, count, at_ms, body, lives, named)
         SELECT b.id, nextval('${s}.batch_ord'), b.count, b.at_ms, b.body::json, b.lives, b.named
         FROM unnest($58::bigint[], $59::int[], $60::bigint[], $61::text[], $62::int[],
           $63::boolean[]) AS b(id, count, at_ms, body, lives, named)
         RETURNING 1
       ), remembered AS (
         INSERT INTO ${s}.request (principal, key, batch, stream)
         SELECT r.*, ${own} FROM unnest($64::text[], $65::text[], $66::bigint[]) AS r
       ), late AS (
         UPDATE ${s}.live_since SET oldest_ms = $67::bigint WHERE oldest_ms > $67::bigint
       )
       SELECT (SELECT count(*) FROM moved) AS moved, (SELECT count(*) FROM changed) AS changed,
         (SELECT count(*) FROM raised) AS raised, (SELECT count(*) FROM made) AS made,
         (SELECT count(*) FROM updated) AS updated`,
    ),
  };
}

/**
 * Accounts and owners. `prior` comes with it: entries that set a floor lie in the middle of a run, and what
 * stood below it then is what may be below it now.
 */
function recordingStock(s: string, own: string): string {
  const $ = numbered(STOCK_FIRST);
  return `changed AS (
         UPDATE ${s}.account a
         SET prior = c.prior, balance = c.balance, floor = c.floor, inflow = c.inflow
         FROM unnest(${$(0)}::text[], ${$(1)}::bigint[], ${$(2)}::bigint[], ${$(3)}::bigint[],
           ${$(4)}::bigint[], ${$(5)}::bigint[], ${$(6)}::bigint[])
           AS c(id, was, floor_was, prior, balance, floor, inflow)
         WHERE a.id = c.id AND a.balance = c.was AND a.floor = c.floor_was RETURNING 1
       ), created AS (
         INSERT INTO ${s}.account (id, owner, prior, balance, floor, inflow)
         SELECT * FROM unnest(${$(7)}::text[], ${$(8)}::text[], ${$(9)}::bigint[],
           ${$(10)}::bigint[], ${$(11)}::bigint[], ${$(12)}::bigint[])
         RETURNING 1
       ), raised AS (
         UPDATE ${s}.owner o SET seq = r.seq, at_ms = r.at_ms
         FROM unnest(${$(13)}::text[], ${$(14)}::bigint[], ${$(15)}::bigint[], ${$(16)}::bigint[])
           AS r(id, was, seq, at_ms)
         WHERE o.id = r.id AND o.seq = r.was RETURNING 1
       ), made AS (
         INSERT INTO ${s}.owner (id, seq, at_ms, stream)
         SELECT r.id, r.seq, r.at_ms, ${own} FROM unnest(${$(17)}::text[], ${$(18)}::bigint[],
           ${$(19)}::bigint[], ${$(20)}::bigint[]) AS r(id, was, seq, at_ms)
         ON CONFLICT (id) DO UPDATE SET seq = EXCLUDED.seq, at_ms = EXCLUDED.at_ms,
           stream = EXCLUDED.stream
         WHERE owner.seq = 0 RETURNING 1
       )`;
}

function recordingDocuments(s: string, own: string): string {
  const first = DOCUMENTS_FIRST;
  const $ = numbered(first);
  return `inserted AS (
         INSERT INTO ${s}.document (${DOCUMENT}, stream)
         SELECT ${DOCUMENT_VALUES}, ${own} FROM unnest(${documentLists(first)}) AS d(${DOCUMENT})
         RETURNING 1
       ), updated AS (
         UPDATE ${s}.document t SET (${DOCUMENT}) = ROW(${DOCUMENT_VALUES})
         FROM unnest(${documentLists(first + 12)}, ${$(24)}::int[]) AS d(${DOCUMENT}, was)
         WHERE t.id = d.id AND t.version = d.was RETURNING 1
       ), claimed AS (
         INSERT INTO ${s}.claim (account, due_ms, document, tentative)
         SELECT * FROM unnest(${$(25)}::text[], ${$(26)}::bigint[], ${$(27)}::text[],
           ${$(28)}::boolean[])
         RETURNING 1
       ), unclaimed AS (
         DELETE FROM ${s}.claim c
         USING unnest(${$(29)}::text[], ${$(30)}::bigint[], ${$(31)}::text[])
           AS g(account, due_ms, document)
         WHERE c.account = g.account AND c.due_ms = g.due_ms AND c.document = g.document
       )`;
}

function numbered(first: number): (offset: number) => string {
  return (offset) => `$${first + offset}`;
}
