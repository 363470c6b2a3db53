// What is known of the rows that a stream goes on from: read where it must be, kept from one transaction
// to the next as it was written, because nobody else writes them. Every write says what it expects to
// find, so that what is known here may be wrong, and is forgotten then.

import type { Recheck } from '../../kernel/recheck.ts';
import type { DecisionName } from '../../kernel/revoking.ts';
import type { Document } from '../contract.ts';
import type { Connection, Rows } from './connections.ts';
import type { PreparedEntry } from './decided-batches.ts';
import { type LoadedRows, LoadedState } from './loaded-state.ts';
import { type AccountRow, accountsOf, firstAnswersTo } from './loading.ts';
import { takeLocks } from './locks.ts';
import type { RecordStatements } from './record-statements.ts';

/** Owners that are kept; beyond it they are read anew. */
const OWNERS_MAX = 200_000;

export class RecordedRows {
  readonly rows: LoadedRows = emptyRows();
  /** Owners that do not go on, since a refused entry. */
  halted: Map<string, DecisionName> = new Map();
  readonly #touchedMs = new Map<string, number>();
  readonly #statements: RecordStatements;

  constructor(statements: RecordStatements) {
    this.#statements = statements;
  }

  /** As of the entries that were loaded for. */
  get snapshot(): LoadedState {
    return new LoadedState({ nowMs: 0, dueMs: 0 }, this.rows, new Map());
  }

  touchedMs(owner: string): number {
    return this.#touchedMs.get(owner) ?? 0;
  }

  forget(): void {
    const { accounts, seqs } = this.rows;
    for (const map of [accounts, seqs, this.#touchedMs]) map.clear();
  }

  /** Takes over what was committed. */
  merge({ overlay, touchedMs, halted }: Recheck): void {
    if (this.rows.seqs.size > OWNERS_MAX) this.forget();
    for (const { owner, seq } of overlay.changedOwners) this.rows.seqs.set(owner, seq);
    for (const [owner, ms] of touchedMs) this.#touchedMs.set(owner, ms);
    for (const { id, balance, floor, inflow } of overlay.changedAccounts) {
      this.rows.accounts.set(id, { balance, floor, inflow });
    }
    this.halted = halted;
  }

  /**
   * Reads what is not known. What begins with these entries by their own word is taken to be not there:
   * the write finds out if it is.
   */
  async load(connection: Connection, entries: readonly PreparedEntry[]): Promise<void> {
    this.#begin();
    const { owners, documents } = this.#asked(entries, { all: false });
    if (owners.length + documents.length > 0) await this.#read(connection, owners, documents);
  }

  /** Reads everything anew, under locks: somebody else has written, or an entry is not what it says. */
  async loadLocked(connection: Connection, entries: readonly PreparedEntry[]): Promise<void> {
    this.forget();
    this.#begin();
    const { owners, documents } = this.#asked(entries, { all: true });
    owners.sort();
    documents.sort();
    await connection.run(this.#statements.makeOwners, [owners]);
    const touched = { owners, written: documents, guarded: [] };
    await takeLocks(connection, this.#statements, { touched, mode: 'wait' });
    await this.#read(connection, owners, documents);
    await this.#readFirsts(connection, entries);
  }

  /** Documents and requests are rarely met again, and are not kept. */
  #begin(): void {
    const { documents, absent, firsts } = this.rows;
    documents.clear();
    absent.clear();
    firsts.clear();
  }

  #asked(entries: readonly PreparedEntry[], { all }: { all: boolean }) {
    const { seqs, absent } = this.rows;
    const owners: string[] = [];
    const documents = new Map<string, boolean>();
    for (const { decided, why } of entries) {
      if (why !== undefined) continue;
      for (const [owner, seq] of decided.seqs) {
        if (seqs.has(owner)) continue;
        seqs.set(owner, 0);
        if (all || seq !== 1) owners.push(owner);
      }
      for (const { id, version } of decided.documents) {
        if (documents.has(id)) continue;
        documents.set(id, all || version !== 1);
        absent.add(id);
      }
    }
    const read = [...documents].filter(([, isRead]) => isRead).map(([id]) => id);
    return { owners, documents: read };
  }

  async #read(connection: Connection, owners: string[], documents: string[]): Promise<void> {
    const [found] = await connection.run(this.#statements.look, [owners, documents]);
    for (const { id, seq, at_ms: atMs } of (found!.owners ?? []) as Rows) {
      this.rows.seqs.set(String(id), Number(seq));
      this.#touchedMs.set(String(id), Number(atMs));
    }
    const accounts = accountsOf((found!.accounts ?? []) as AccountRow[]);
    for (const [id, account] of accounts) this.rows.accounts.set(id, account);
    for (const document of (found!.documents ?? []) as Document[]) {
      this.rows.documents.set(document.id, document);
      this.rows.absent.delete(document.id);
    }
  }

  async #readFirsts(connection: Connection, entries: readonly PreparedEntry[]): Promise<void> {
    const requests = entries.flatMap(({ decided: { request }, why }) =>
      request === undefined || why !== undefined ? [] : [request],
    );
    const { firstAnswers } = this.#statements;
    const found = await firstAnswersTo(connection, firstAnswers, requests);
    for (const [key, first] of found) this.rows.firsts.set(key, first);
  }
}

function emptyRows(): LoadedRows {
  return {
    ...{ accounts: new Map(), documents: new Map(), seqs: new Map() },
    ...{ absent: new Set(), firsts: new Map() },
  };
}
