// Takes the locks of a batch and loads what stands under them. One order for everybody: requests,
// documents, owners, each by key; values only in a later statement.

import { nameOf, ownerOf, poolAccounts } from '../../kernel/accounts.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { AccountState, Decided, Document } from '../contract.ts';
import type { Connection } from './connections.ts';
import type { LoadedClaims, LoadedRows } from './loaded-state.ts';
import { type LockMode, takeLocks } from './locks.ts';
import type { CommitStatements } from './statements.ts';
import type { LockName } from './stuck-locks.ts';
import type { Touched } from './touched.ts';

/** Undecided claims are rare; so many of an account are looked at. */
const TENTATIVE_MAX = 1_024;
const LIMIT_SPARE = 1_024;

export interface Locked {
  rows: LoadedRows;
  /** The id drawn for the batch; undefined when it has no new request. */
  batch: number | undefined;
  /** Requests that nobody has sent before, by key. */
  fresh: Set<string>;
  /** The latest time that any of the owners was touched at. */
  latestMs: number;
  /** What somebody else keeps. */
  skipped: LockName[];
}

export class Loading {
  readonly #statements: CommitStatements;
  /** Owners whose rows are known to be there. */
  readonly #owners = new Set<string>();

  constructor(statements: CommitStatements) {
    this.#statements = statements;
  }

  async lock(connection: Connection, touched: Touched, mode: LockMode): Promise<Locked> {
    const { requests, written, guarded, owned, owners } = touched;
    const claimed = await this.#claim(connection, touched);
    const { firstAnswers, load } = this.#statements;
    await this.#makeOwners(connection, owners);
    const locks = await takeLocks(connection, this.#statements, { touched, mode });
    const locked = locks.owners;
    const documents = [...written, ...guarded, ...owned];
    const [loaded] = await connection.run(load, [owners, documents]);
    const firsts = new Map<string, Decided>();
    if (claimed.fresh.size < requests.length) {
      const asked = requests.filter((name) => !claimed.fresh.has(requestKey(name)));
      const names = [asked.map(({ principal }) => principal), asked.map(({ key }) => key)];
      for (const { entry } of await connection.run(firstAnswers, names)) {
        const first = JSON.parse(String(entry)) as Decided;
        firsts.set(requestKey(first.request!), first);
      }
    }
    const found = byId((loaded!.documents ?? []) as Document[]);
    const rows: LoadedRows = {
      accounts: accountsOf((loaded!.accounts ?? []) as AccountRow[]),
      documents: found,
      absent: new Set(owned.filter((id) => !found.has(id))),
      seqs: new Map(locked.map(({ id, seq }) => [String(id), Number(seq)])),
      firsts,
    };
    const latestMs = Math.max(0, ...locked.map(({ at_ms: atMs }) => Number(atMs)));
    return { rows, ...claimed, latestMs, skipped: locks.skipped };
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

  async #claim(connection: Connection, { requests }: Touched) {
    const fresh = new Set<string>();
    if (requests.length === 0) return { fresh, batch: undefined };
    const names = [requests.map(({ principal }) => principal), requests.map(({ key }) => key)];
    const rows = await connection.run(this.#statements.claimRequests, names);
    for (const { principal, key } of rows) {
      fresh.add(requestKey({ principal: String(principal), key: String(key) }));
    }
    return { fresh, batch: rows.length === 0 ? undefined : Number(rows[0]!.batch) };
  }

  async #makeOwners(connection: Connection, owners: readonly string[]): Promise<void> {
    const unknown = owners.filter((owner) => !this.#owners.has(owner));
    if (unknown.length > 0) await connection.run(this.#statements.makeOwners, [unknown]);
  }

  /** The rows of these owners are committed. */
  made(owners: readonly string[]): void {
    if (this.#owners.size > KNOWN_OWNERS_MAX) this.#owners.clear();
    for (const owner of owners) this.#owners.add(owner);
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

const KNOWN_OWNERS_MAX = 200_000;

type AccountRow = [id: string, balance: number, floor: number, inflow: number];

function accountsOf(rows: readonly AccountRow[]): Map<string, AccountState> {
  return new Map(rows.map(([id, balance, floor, inflow]) => [id, { balance, floor, inflow }]));
}

function byId(documents: readonly Document[]): Map<string, Document> {
  return new Map(documents.map((document) => [document.id, document]));
}
