// What is read without deciding anything: documents, owners, pools, searches, what is due, balances at a
// past time. Each in one statement, so as of one moment.

import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import type {
  AccountState,
  Decided,
  Document,
  DocumentQuery,
  Entry,
  OwnerSeq,
  OwnerState,
  ResolvedMove,
} from '../contract.ts';
import type { Connections, Statement } from './connections.ts';
import { GatheredReads } from './gathered-reads.ts';
import { livesBegunBy } from './lives.ts';
import { searchOf } from './search.ts';
import type { Share } from './shares.ts';

export class Reads {
  readonly #connections: Connections;
  readonly #schema: string;
  readonly #documents = new GatheredReads<string, Document>((ids) => this.#readDocuments(ids));

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#schema = `"${schema}"`;
  }

  documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    return this.#documents.get(ids);
  }

  async #readDocuments(ids: readonly string[]): Promise<Map<string, Document>> {
    const rows = await this.#run(
      'documents',
      `SELECT id, body FROM ${this.#schema}.document WHERE id = ANY($1::text[])`,
      [ids],
    );
    return new Map(rows.map(({ id, body }) => [String(id), body as Document]));
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    const s = this.#schema;
    const rows = await this.#run(
      'owners',
      `SELECT o.id, o.seq, d.body,
         (SELECT json_agg(json_build_array(a.id, a.balance, a.floor, a.inflow))
          FROM ${s}.account a WHERE a.owner = o.id) AS accounts
       FROM ${s}.owner o LEFT JOIN ${s}.document d ON d.id = 'pool:' || o.id
       WHERE o.id = ANY($1::text[]) AND o.seq > 0`,
      [ids],
    );
    const found = new Map(rows.map((row) => [String(row.id), ownerState(row)]));
    return ids.map((id) => found.get(id));
  }

  /** Ids of pools, in order. */
  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<string[]> {
    const { prefix = '', after = '', limit } = options;
    const rows = await this.#run(
      'pools',
      `SELECT substr(id, 6) AS id FROM ${this.#schema}.document
       WHERE kind = 'pool' AND id > 'pool:' || $1::text AND id >= 'pool:' || $2::text
         AND starts_with(id, 'pool:' || $2::text)
       ORDER BY id LIMIT $3::int`,
      [after, prefix, limit],
    );
    return rows.map(({ id }) => String(id));
  }

  async find(query: DocumentQuery): Promise<Document[]> {
    const { where, values } = searchOf(query);
    const text = `SELECT body FROM ${this.#schema}.document WHERE ${where}`;
    const rows = await this.#connections.run({ name: '', text }, values);
    return rows.map(({ body }) => body as Document);
  }

  /** What is due, this server's share of it, but for what has to do with pools that begin so. */
  async due(dueMs: number, { index, count }: Share, asked: AskedDue): Promise<Document[]> {
    const { limit, without } = asked;
    const some = without.length === 0 ? '' : '_some';
    const others = `AND NOT EXISTS (
      SELECT FROM unnest(owners) AS o, unnest($5::text[]) AS p WHERE starts_with(o, p))`;
    const rows = await this.#run(
      `due${some}`,
      `SELECT body FROM ${this.#schema}.document
       WHERE due_ms <= $1::bigint AND mod(hashtext(id)::bigint + 2147483648, $2::int) = $3::int
         ${some && others}
       ORDER BY due_ms, id LIMIT $4::int`,
      [dueMs, count, index, limit, ...(some ? [without] : [])],
    );
    return rows.map(({ body }) => body as Document);
  }

  async nextDeadlineMs(): Promise<number | undefined> {
    const text = `SELECT min(due_ms) AS ms FROM ${this.#schema}.document WHERE due_ms IS NOT NULL`;
    const [row] = await this.#run('next_deadline', text, []);
    return row!.ms === null ? undefined : Number(row!.ms);
  }

  async live(): Promise<number> {
    const text = `SELECT count(*) AS n FROM ${this.#schema}.document WHERE NOT final`;
    const [row] = await this.#connections.run({ name: 'live', text, patient: true });
    return Number(row!.n);
  }

  async entries(slice: { after: number; limit: number }): Promise<Entry[]> {
    if (slice.limit <= 0) return [];
    const batches = await this.batches(slice, { own: new Map(), all: true });
    const entries = batches.flatMap((batch) => batch.entries!);
    return entries.filter(({ position }) => position > slice.after).slice(0, slice.limit);
  }

  /**
   * The batches in which so many entries after a position stand, whole. Entries of one's own come from
   * there and are not read; unless all are asked for, only batches that write what is named are.
   */
  async batches(
    { after, limit }: { after: number; limit: number },
    { own, all }: { own: ReadonlyMap<number, readonly Decided[]>; all: boolean },
  ): Promise<ToldBatch[]> {
    const rows = await this.#run(
      'batches',
      `SELECT id, first, count, lives,
         CASE WHEN id <> ALL($3::bigint[]) AND ($4::boolean OR named) THEN body END AS body
       FROM ${this.#schema}.batch
       WHERE first >= (SELECT max(first) FROM ${this.#schema}.batch WHERE first <= $1::bigint + 1)
         AND first <= $1::bigint + $2::bigint
       ORDER BY first`,
      [after, limit, [...own.keys()], all],
    );
    return rows.map(({ id, first, count, lives, body }) => {
      const start = Number(first);
      const decided = (body as Decided[] | null) ?? own.get(Number(id));
      const entries = decided?.map((entry, index) => ({ ...entry, position: start + index }));
      return {
        last: start + Number(count) - 1,
        lives: lives === null ? livesBegunBy(entries!) : Number(lives),
        entries,
      };
    });
  }

  /** What stands there now, less what has come since. */
  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    const s = this.#schema;
    const text = `SELECT
       (SELECT seq FROM ${s}.owner WHERE id = $1::text) AS seq,
       (SELECT json_agg(json_build_array(id, balance)) FROM ${s}.account WHERE owner = $1::text)
         AS accounts,
       (SELECT json_agg(json_build_object('moves', e -> 'moves', 'seqs', e -> 'seqs'))
        FROM ${s}.batch b CROSS JOIN LATERAL json_array_elements(b.body) AS e
        WHERE b.at_ms > $2::bigint) AS later`;
    const statement = { name: 'balances_at', text, patient: true };
    const [row] = await this.#connections.run(statement, [owner, atMs]);
    return balancesBefore({
      ...{ owner, seq: Number(row!.seq ?? 0) },
      balances: (row!.accounts ?? []) as [string, number][],
      later: (row!.later ?? []) as Later[],
    });
  }

  /** What the journal has of after a moment. */
  async since(atMs: number): Promise<Later[]> {
    const text = `SELECT e -> 'moves' AS moves, e -> 'seqs' AS seqs
      FROM ${this.#schema}.batch b CROSS JOIN LATERAL json_array_elements(b.body) AS e
      WHERE b.at_ms > $1::bigint`;
    const rows = await this.#connections.run({ name: 'since', text, patient: true }, [atMs]);
    return rows as unknown as Later[];
  }

  #run(name: string, text: string, values: unknown[]) {
    const statement: Statement = { name, text };
    return this.#connections.run(statement, values);
  }
}

/** A batch of the journal, as those hear of it who follow. */
export interface ToldBatch {
  /** The position of its last entry. */
  last: number;
  /** How many documents more are live after it. */
  lives: number;
  /** Undefined where nobody needs them. */
  entries: Entry[] | undefined;
}

interface AskedDue {
  limit: number;
  without: readonly string[];
}

/** Of an entry of the journal. */
interface Later {
  moves: ResolvedMove[];
  seqs: OwnerSeq[];
}

interface NowAndLater {
  owner: string;
  seq: number;
  /** By account. */
  balances: [string, number][];
  later: readonly Later[];
}

/** Balances of an owner before what came later; undefined if there was none of it then. */
export function balancesBefore({ owner, seq, balances, later }: NowAndLater) {
  let touches = seq;
  const before = new Map(balances);
  for (const { moves, seqs } of later) {
    touches -= seqs.filter(([touched]) => touched === owner).length;
    for (const { from, to, quantity } of moves) {
      if (ownerOf(from) === owner) before.set(from, (before.get(from) ?? 0) + quantity);
      if (ownerOf(to) === owner) before.set(to, (before.get(to) ?? 0) - quantity);
    }
  }
  if (touches <= 0) return undefined;
  return Object.fromEntries([...before].map(([id, balance]) => [nameOf(id), balance]));
}

export function ownerState({ id, seq, accounts, body }: Record<string, unknown>): OwnerState {
  const state: OwnerState = { owner: String(id), seq: Number(seq), accounts: {} };
  for (const [account, balance, floor, inflow] of (accounts ?? []) as AccountRow[]) {
    const named: AccountState = { balance, floor, inflow };
    state.accounts[nameOf(account)] = named;
  }
  if (body !== null && body !== undefined) state.document = body as Document;
  return state;
}

type AccountRow = [id: string, balance: number, floor: number, inflow: number];
