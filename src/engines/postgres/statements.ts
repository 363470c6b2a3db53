// Every statement of a commit, with the schema's name in it. Values go by number, lists as arrays or
// as one JSON text. `= ANY` over sorted lists and ORDER BY keep the order of locks that all share.

import type { Statement } from './connections.ts';

export type CommitStatements = ReturnType<typeof commitStatements>;

export const DOCUMENT =
  'id, kind, version, state, final, due_ms, live_ms, buyer, reference, owners, passes_on_to, body';
/** Lists of lists would need rows of one length: owners come as text. */
export const DOCUMENT_VALUES = DOCUMENT.split(', ')
  .map((column) => `d.${column}`)
  .join(', ')
  .replace('d.owners', 'd.owners::text[]')
  .replace('d.body', 'd.body::json');
const TEXTS = ['text', 'text', 'text', 'text', 'text'];
const DOCUMENT_TYPES = ['text', 'text', 'int', 'text', 'boolean', 'bigint', 'bigint', ...TEXTS];

/** The lists of documents' columns, numbered from there. */
export function documentLists(first: number): string {
  return DOCUMENT_TYPES.map((type, index) => `$${first + index}::${type}[]`).join(', ');
}

export function commitStatements(schema: string) {
  const s = `"${schema}"`;
  const statement = (name: string, text: string): Statement => ({ name, text });
  /** Locks rows in the one order, and tells what stands in them once they are locked. */
  const locking = (name: string, table: string, columns: string, how: string): Statement => {
    const from = `FROM ${s}.${table} WHERE id = ANY($1::text[])`;
    return { name, text: `SELECT ${columns} ${from} ORDER BY id ${how}` };
  };
  return {
    /** Claims requests; tells the batch's id, and which are new. */
    claimRequests: statement(
      'claim_requests',
      `WITH drawn AS MATERIALIZED (SELECT nextval('${s}.batch_id') AS id)
       INSERT INTO ${s}.request (principal, key, batch)
       SELECT r.principal, r.key, drawn.id
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS r(principal, key, n), drawn
       ORDER BY r.n
       ON CONFLICT DO NOTHING RETURNING principal, key, batch`,
    ),
    /** What earlier requests were answered. */
    firstAnswers: statement(
      'first_answers',
      `SELECT b.first, e.n - 1 AS n, e.entry::text AS entry
       FROM unnest($1::text[], $2::text[]) AS asked(principal, key)
       JOIN ${s}.request r ON r.principal = asked.principal AND r.key = asked.key
       JOIN ${s}.batch b ON b.id = r.batch
       CROSS JOIN LATERAL json_array_elements(b.body) WITH ORDINALITY AS e(entry, n)
       WHERE e.entry -> 'request' ->> 'key' = r.key
         AND e.entry -> 'request' ->> 'principal' = r.principal`,
    ),
    lockWritten: locking('lock_written', 'document', 'id, version', 'FOR UPDATE'),
    lockGuarded: locking('lock_guarded', 'document', 'id, version', 'FOR SHARE'),
    lockOwners: locking('lock_owners', 'owner', 'id, seq, at_ms', 'FOR UPDATE'),
    /** What somebody else has locked is left out, in these three. */
    skipWritten: locking('skip_written', 'document', 'id, version', 'FOR UPDATE SKIP LOCKED'),
    skipGuarded: locking('skip_guarded', 'document', 'id, version', 'FOR SHARE SKIP LOCKED'),
    skipOwners: locking('skip_owners', 'owner', 'id, seq, at_ms', 'FOR UPDATE SKIP LOCKED'),
    present: statement(
      'present',
      `SELECT id, version FROM ${s}.document WHERE id = ANY($1::text[])`,
    ),
    /** Rows that are not there cannot be locked. */
    makeOwners: statement(
      'make_owners',
      `INSERT INTO ${s}.owner (id) SELECT id FROM unnest($1::text[]) AS id ORDER BY id
       ON CONFLICT DO NOTHING`,
    ),
    absentOwners: statement(
      'absent_owners',
      `SELECT asked.id FROM unnest($1::text[]) WITH ORDINALITY AS asked(id, n)
       WHERE NOT EXISTS (SELECT 1 FROM ${s}.owner o WHERE o.id = asked.id) ORDER BY asked.n`,
    ),
    /** The same as `load` and the owners' numbers, as of one moment and without locks. */
    look: statement(
      'look',
      `SELECT
         (SELECT json_agg(json_build_array(id, balance, floor, inflow))
          FROM ${s}.account WHERE owner = ANY($1::text[])) AS accounts,
         (SELECT json_agg(body) FROM ${s}.document WHERE id = ANY($2::text[])) AS documents,
         (SELECT json_agg(json_build_object('id', id, 'seq', seq, 'at_ms', at_ms))
          FROM ${s}.owner WHERE id = ANY($1::text[])) AS owners`,
    ),
    /** In a statement of its own: it sees what was committed before the last lock was had. */
    load: statement(
      'load',
      `SELECT
         (SELECT json_agg(json_build_array(id, balance, floor, inflow))
          FROM ${s}.account WHERE owner = ANY($1::text[])) AS accounts,
         (SELECT json_agg(body) FROM ${s}.document WHERE id = ANY($2::text[])) AS documents`,
    ),
    /**
     * Claims that reach accounts: due ones, earliest first, and undecided ones. $1 accounts, $2 the keys
     * under which their claims are filed, $3 due up to, $4 and $5 at most so many.
     */
    claims: statement(
      'claims',
      `SELECT asked.account, c.document, c.tentative
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(account, key, n)
       CROSS JOIN LATERAL (
         (SELECT document, due_ms, tentative FROM ${s}.claim
          WHERE account = asked.key AND due_ms <= $3::bigint AND NOT tentative
          ORDER BY due_ms, document LIMIT $4::int)
         UNION ALL
         (SELECT document, due_ms, tentative FROM ${s}.claim
          WHERE account = asked.key AND tentative ORDER BY document LIMIT $5::int)
       ) AS c
       ORDER BY asked.n, c.due_ms, c.document`,
    ),
    /** Pools that pass on to these what is released in them. */
    passingOn: statement(
      'passing_on',
      `SELECT passes_on_to AS home, id FROM ${s}.document
       WHERE passes_on_to = ANY($1::text[]) ORDER BY id`,
    ),
    /** Everything that a batch changes, at once; tells how many rows of each kind. */
    write: statement(
      'write',
      `WITH ${writingStock(s)}, inserted AS (
         INSERT INTO ${s}.document (${DOCUMENT})
         SELECT ${DOCUMENT_VALUES} FROM unnest(${documentLists(7)}) AS d(${DOCUMENT})
         RETURNING 1
       ), updated AS (
         UPDATE ${s}.document t SET (${DOCUMENT}) = ROW(${DOCUMENT_VALUES})
         FROM unnest(${documentLists(19)}, $31::int[]) AS d(${DOCUMENT}, was)
         WHERE t.id = d.id AND t.version = d.was RETURNING 1
       ), claimed AS (
         INSERT INTO ${s}.claim (account, due_ms, document, tentative)
         SELECT * FROM unnest($32::text[], $33::bigint[], $34::text[], $35::boolean[])
         RETURNING 1
       ), unclaimed AS (
         DELETE FROM ${s}.claim c
         USING unnest($36::text[], $37::bigint[], $38::text[]) AS g(account, due_ms, document)
         WHERE c.account = g.account AND c.due_ms = g.due_ms AND c.document = g.document
       ), kept AS (
         INSERT INTO ${s}.batch (id, ord, count, at_ms, body, lives, named)
         SELECT coalesce($39::bigint, nextval('${s}.batch_id')), nextval('${s}.batch_ord'),
           $40::int, $3::bigint, $41::json, $42::int, $43::boolean
         RETURNING 1
       )
       SELECT (SELECT count(*) FROM changed) AS changed, (SELECT count(*) FROM raised) AS raised,
         (SELECT count(*) FROM updated) AS updated`,
    ),
    /** A refused command is not remembered. */
    forgetRequests: statement(
      'forget_requests',
      `DELETE FROM ${s}.request r USING unnest($1::text[], $2::text[]) AS g(principal, key)
       WHERE r.principal = g.principal AND r.key = g.key`,
    ),
  };
}

/** The part of a write that changes accounts and owners. $1 to $6 are its values. */
export function writingStock(s: string): string {
  return `changed AS (
         UPDATE ${s}.account a
         SET prior = a.balance, balance = a.balance + c.delta, floor = c.floor,
           inflow = a.inflow + c.inflows
         FROM json_to_recordset($1::json) AS c(id text, least bigint, most bigint, delta bigint,
           floor_was bigint, floor bigint, inflows bigint)
         WHERE a.id = c.id AND a.balance BETWEEN c.least AND c.most AND a.floor = c.floor_was
         RETURNING 1
       ), created AS (
         INSERT INTO ${s}.account (id, owner, balance, floor, inflow, prior)
         SELECT id, owner, balance, floor, inflow, 0 FROM json_to_recordset($2::json)
           AS c(id text, owner text, balance bigint, floor bigint, inflow bigint)
         RETURNING 1
       ), raised AS (
         UPDATE ${s}.owner o SET seq = r.seq, at_ms = $3::bigint
         FROM unnest($4::text[], $5::bigint[], $6::bigint[]) AS r(id, seq, was)
         WHERE o.id = r.id AND o.seq = r.was RETURNING 1
       )`;
}
