// Claims the requests of a batch, takes its locks and loads what it is decided on. One order for
// everybody: requests, documents, owners, each by key; values that must hold only in a later statement.

import { nameOf, ownerOf, poolAccounts } from '../../kernel/accounts.ts';
import type { Applied } from '../../kernel/apply.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { AccountState, Decided, Document, RequestName } from '../contract.ts';
import type { Connection, Rows, Statement } from './connections.ts';
import { KnownOwners } from './known-owners.ts';
import type { LoadedClaims, LoadedRows } from './loaded-state.ts';
import { type LockMode, type Locks, takeLocks } from './locks.ts';
import { makeOwners } from './making-owners.ts';
import type { CommitStatements } from './statements.ts';
import type { Touched } from './touched.ts';

/** Undecided claims are rare; so many of an account are looked at. */
const TENTATIVE_MAX = 1_024;
const LIMIT_SPARE = 1_024;

/** The requests of a batch. */
export interface Claimed {
  /** The id drawn for the batch; undefined when it has no new request. */
  batch: number | undefined;
  /** Requests that nobody has sent before, by key. */
  fresh: Map<string, RequestName>;
  /** What the others were answered. */
  firsts: Map<string, Decided>;
}

export interface Loaded {
  rows: LoadedRows;
  latestMs: number;
}

export class Loading {
  readonly #statements: CommitStatements;
  readonly #owners = new KnownOwners();

  constructor(statements: CommitStatements) {
    this.#statements = statements;
  }

  async claim(connection: Connection, { requests }: Touched): Promise<Claimed> {
    const fresh = new Map<string, RequestName>();
    if (requests.length === 0) return { fresh, firsts: new Map(), batch: undefined };
    const { claimRequests, firstAnswers } = this.#statements;
    const rows = await connection.run(claimRequests, namesOf(requests));
    for (const { principal, key } of rows) {
      const name = { principal: String(principal), key: String(key) };
      fresh.set(requestKey(name), name);
    }
    const others = requests.filter((name) => !fresh.has(requestKey(name)));
    const batch = rows.length === 0 ? undefined : Number(rows[0]!.batch);
    return { fresh, batch, firsts: await firstAnswersTo(connection, firstAnswers, others) };
  }

  async lock(connection: Connection, touched: Touched, mode: LockMode): Promise<Locks> {
    const unknown = this.#owners.unknownOf(touched.owners);
    await makeOwners(connection, this.#statements, { owners: unknown, mode });
    return takeLocks(connection, this.#statements, { touched, mode });
  }

  /** What stands under the locks. */
  async load(
    connection: Connection,
    touched: Touched,
    { locks, firsts }: { locks: Locks; firsts: Claimed['firsts'] },
  ): Promise<Loaded> {
    const ids = [touched.owners, documentsOf(touched)];
    const [found] = await connection.run(this.#statements.load, ids);
    return loadedOf(found!, { owners: locks.owners, touched, firsts });
  }

  /** What stands there at one moment, and may change in the next. */
  async look(connection: Connection, touched: Touched, firsts: Claimed['firsts']): Promise<Loaded> {
    const ids = [touched.owners, documentsOf(touched)];
    const [found] = await connection.run(this.#statements.look, ids);
    const known = new Map(((found!.owners ?? []) as Rows).map((row) => [row.id, row]));
    const owners = touched.owners.map((id) => known.get(id) ?? { id, seq: 0, at_ms: 0 });
    return loadedOf(found!, { owners, touched, firsts });
  }

  /** Versions of those documents that are there. */
  versions(connection: Connection, ids: readonly string[]): Promise<Rows> {
    return connection.run(this.#statements.present, [ids]);
  }

  /** What would reach accounts, up to so many of each; may be asked for under the locks. */
  async claims(
    connection: Connection,
    asked: ReadonlyMap<string, number>,
    dueMs: number,
  ): Promise<Map<string, LoadedClaims>> {
    const keys = await this.#keysReaching(connection, [...asked.keys()]);
    // Decided once more with what is found, as many documents more may be settled in the batch.
    const limit = Math.max(...asked.values()) + LIMIT_SPARE;
    const rows = await connection.run(this.#statements.claims, [
      keys.map(([account]) => account),
      keys.map(([, key]) => key),
      dueMs,
      limit,
      TENTATIVE_MAX,
    ]);
    const claims = new Map<string, LoadedClaims>(
      [...asked.keys()].map((account) => [account, { due: [], tentative: [] }]),
    );
    for (const { account, document, tentative } of rows) {
      const { due, tentative: undecided } = claims.get(String(account))!;
      const list = tentative === true ? undecided : due;
      if (!list.includes(String(document))) list.push(String(document));
    }
    return claims;
  }

  /** A refused command is not remembered. */
  async forgetRefused(connection: Connection, { fresh }: Claimed, { entries }: Applied) {
    const refused = new Map(fresh);
    for (const { request } of entries) {
      if (request !== undefined) refused.delete(requestKey(request));
    }
    if (refused.size === 0) return;
    await connection.run(this.#statements.forgetRequests, namesOf([...refused.values()]));
  }

  /** The rows of these owners are committed. */
  made(owners: readonly string[]): void {
    this.#owners.add(owners);
  }

  /**
   * The keys under which what reaches an account is filed: its own; for one where released units are
   * offered, or whose pool takes over from others, also theirs. Two steps, as many as a release takes.
   */
  async #keysReaching(connection: Connection, accounts: string[]): Promise<[string, string][]> {
    const keys: [string, string][] = accounts.map((account) => [account, account]);
    const pools = new Map<string, string[]>();
    for (const account of accounts) {
      const name = nameOf(account);
      if (account.startsWith('!') || (name !== 'available' && name !== 'offered')) continue;
      const pool = ownerOf(account);
      if (name === 'offered') keys.push([account, poolAccounts(pool).available]);
      pools.set(pool, [...(pools.get(pool) ?? []), account]);
    }
    let homes = pools;
    for (let step = 0; step < 2 && homes.size > 0; step += 1) {
      const rows = await connection.run(this.#statements.passingOn, [[...homes.keys()]]);
      const next = new Map<string, string[]>();
      for (const { home, id } of rows) {
        const child = String(id).slice('pool:'.length);
        const reached = homes.get(String(home))!;
        for (const account of reached) keys.push([account, poolAccounts(child).available]);
        next.set(child, reached);
      }
      homes = next;
    }
    return keys;
  }
}

/** What requests were answered, by request; those that nobody remembers are left out. */
export async function firstAnswersTo(
  connection: Connection,
  statement: Statement,
  requests: readonly RequestName[],
): Promise<Map<string, Decided>> {
  const firsts = new Map<string, Decided>();
  if (requests.length === 0) return firsts;
  for (const { entry } of await connection.run(statement, namesOf(requests))) {
    const first = JSON.parse(String(entry)) as Decided;
    firsts.set(requestKey(first.request!), first);
  }
  return firsts;
}

function documentsOf({ written, guarded, owned }: Touched): string[] {
  return [...written, ...guarded, ...owned];
}

/** As two lists, for a statement. */
function namesOf(requests: readonly RequestName[]): string[][] {
  return [requests.map(({ principal }) => principal), requests.map(({ key }) => key)];
}

function loadedOf(
  loaded: Rows[number],
  { owners, touched, firsts }: { owners: Rows; touched: Touched; firsts: Claimed['firsts'] },
): Loaded {
  const documents = byId((loaded.documents ?? []) as Document[]);
  const rows: LoadedRows = {
    accounts: accountsOf((loaded.accounts ?? []) as AccountRow[]),
    documents,
    absent: new Set(touched.owned.filter((id) => !documents.has(id))),
    seqs: seqsOf(owners),
    firsts,
  };
  return { rows, latestMs: latestOf(owners, documents) };
}

export function seqsOf(owners: Rows): Map<string, number> {
  return new Map(owners.map(({ id, seq }) => [String(id), Number(seq)]));
}

/** The latest time that any of the owners or documents was touched at. */
export function latestOf(owners: Rows, documents: ReadonlyMap<string, Document>): number {
  let latestMs = 0;
  for (const { at_ms: atMs } of owners) latestMs = Math.max(latestMs, Number(atMs));
  for (const { updatedAtMs } of documents.values()) latestMs = Math.max(latestMs, updatedAtMs);
  return latestMs;
}

export type AccountRow = [id: string, balance: number, floor: number, inflow: number];

export function accountsOf(rows: readonly AccountRow[]): Map<string, AccountState> {
  return new Map(rows.map(([id, balance, floor, inflow]) => [id, { balance, floor, inflow }]));
}

function byId(documents: readonly Document[]): Map<string, Document> {
  return new Map(documents.map((document) => [document.id, document]));
}
