// Reads what a store needs that is to decide from here on: every account, the owners' numbers, documents
// that are not final or have a name, requests that are still remembered; of several streams what came in one. In
// pages, all of it as of one moment.

import type { Document, OwnerState, RequestName } from '../contract.ts';
import type { Connection, Connections, Rows } from './connections.ts';
import { isOwn, type RecordAt } from './own-stream.ts';
import { ownerState } from './reads.ts';
import type { RecordLease, RecordState } from './record-lease.ts';

/** A request, and the row of the journal in which its first answer is. */
export interface RememberedRequest extends RequestName {
  batch: number;
}

/**
 * `moment` comes first: how far the stream is in what follows, the latest time that was given out, before which
 * nothing may be decided, and about how many rows follow, where the database has counted them lately.
 */
export type RebuildPage =
  | { kind: 'moment'; record: RecordState; latestMs: number; rows?: number }
  | { kind: 'owners'; owners: OwnerState[] }
  | { kind: 'documents'; documents: Document[] }
  | { kind: 'requests'; requests: RememberedRequest[] };

const ROWS_PER_PAGE = 5_000;
/** Whoever takes the pages may be slow, but not gone. */
const STALLED_MAX_MS = 60_000;
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL idle_in_transaction_session_timeout = ${STALLED_MAX_MS}`;
/** All of a table is read, and never by an index. */
const WHOLE = 'SET LOCAL enable_seqscan = on; SET LOCAL cursor_tuple_fraction = 1';

interface Kind {
  kind: RebuildPage['kind'];
  text: string;
  pageOf(rows: Rows): RebuildPage;
}

function kindsIn(s: string, at: RecordAt): Kind[] {
  return [
    {
      kind: 'owners',
      text: `SELECT o.id, o.seq, (
          SELECT json_agg(json_build_array(a.id, a.balance, a.floor, a.inflow))
          FROM ${s}.account a WHERE a.owner = o.id) AS accounts
        FROM ${s}.owner o WHERE o.seq > 0 AND ${isOwn(at, 'o')}`,
      pageOf: (rows) => ({ kind: 'owners', owners: rows.map(ownerState) }),
    },
    {
      kind: 'documents',
      text: `SELECT body FROM ${s}.document d
        WHERE (NOT final OR position(':' IN id) > 0) AND ${isOwn(at, 'd')}`,
      pageOf: (rows) => ({
        kind: 'documents',
        documents: rows.map(({ body }) => body as Document),
      }),
    },
    {
      kind: 'requests',
      text: `SELECT principal, key, batch FROM ${s}.request r WHERE ${isOwn(at, 'r')}`,
      pageOf: (rows) => ({ kind: 'requests', requests: rows as unknown as RememberedRequest[] }),
    },
  ];
}

export async function* rebuildPages(
  connections: Connections,
  { at, lease }: { at: RecordAt; lease: RecordLease },
): AsyncGenerator<RebuildPage> {
  const s = `"${at.schema}"`;
  const { connection, giveBack } = await connections.lend();
  try {
    await connection.say(BEGIN);
    await connection.say(WHOLE);
    yield await momentIn(connection, s, lease);
    for (const kind of kindsIn(s, at)) yield* pagesOf(connection, kind);
  } finally {
    await connection.rollBack();
    giveBack();
  }
}

async function momentIn(
  connection: Connection,
  s: string,
  lease: RecordLease,
): Promise<RebuildPage> {
  const text = `SELECT GREATEST((SELECT max(at_ms) FROM ${s}.batch),
    (SELECT value::bigint FROM ${s}.meta WHERE key = 'at_ms')) AS ms`;
  const [row] = await connection.run({ name: '', text }, []);
  const rows = await rowsIn(connection, s);
  const known = rows === undefined ? {} : { rows };
  const record = await lease.look(connection);
  return { kind: 'moment', record, latestMs: Number(row!.ms), ...known };
}

/** Live documents have an index of their own. */
async function rowsIn(connection: Connection, s: string): Promise<number | undefined> {
  const text = `SELECT sum(reltuples)::bigint AS rows, min(reltuples) AS least FROM pg_class
    WHERE oid IN ('${s}.owner'::regclass, '${s}.document_live'::regclass, '${s}.request'::regclass)`;
  const [row] = await connection.run({ name: '', text }, []);
  return Number(row!.least) < 0 ? undefined : Number(row!.rows);
}

/** While one page is being used the next is read. */
async function* pagesOf(connection: Connection, { kind, text, pageOf }: Kind) {
  const fetch = { name: '', text: `FETCH ${ROWS_PER_PAGE} FROM ${kind}`, patient: true };
  await connection.say(`DECLARE ${kind} CURSOR FOR ${text}`);
  const read = () => {
    const rows = connection.run(fetch, []);
    // It may fail while the page before is still being used: who waits for it hears of it.
    rows.catch(() => {});
    return rows;
  };
  let next = read();
  try {
    while (true) {
      const rows = await next;
      if (rows.length === 0) return;
      next = read();
      yield pageOf(rows);
    }
  } finally {
    await next.catch(() => {});
  }
}
