// One part's transaction of a batch: begun, locked, read, written, prepared, and then finished the way that
// home has decided. While it is prepared it belongs to nobody: recovery finishes what this one cannot.

import { HoldfastError } from '../../errors.ts';
import { crashPoint } from '../crash-point.ts';
import type { Connection } from '../postgres/connections.ts';
import type { LoadedRows } from '../postgres/loaded-state.ts';
import { type LockMode, type Locks, takeLocks } from '../postgres/locks.ts';
import { isStockWritten, type StockRows, stockValues } from '../postgres/writing.ts';
import type { Part } from './part.ts';
import type { PartTime } from './part-time.ts';
import { finishPrepared, type Outcome } from './prepared.ts';

/** One statement. Home's may take longer: its locks are held while a part is waited for. */
export const STATEMENT_MAX_MS = 3_000;

const NO_DOCUMENTS = { written: [], guarded: [] };

export class Branch {
  readonly part: Part;
  readonly owners: string[];
  readonly #gid: string;
  /** Of the attempt: shared with its other branches. */
  readonly #time: PartTime;
  /** How long it was waited for. */
  waitedMs = 0;
  #connection!: Connection;
  /** PREPARE was said: it may be prepared, whatever became of the answer. */
  #isPrepared = false;

  constructor(part: Part, owners: string[], { id, time }: { id: string; time: PartTime }) {
    this.part = part;
    this.owners = owners;
    this.#gid = part.gidPrefix + id;
    this.#time = time;
  }

  /** On a connection that is its own as long as `use` lasts. */
  within<T>(use: () => Promise<T>): Promise<T> {
    return this.part.with((connection) => {
      this.#connection = connection;
      return use();
    });
  }

  begin(text: string): Promise<void> {
    return this.#ask(async (connection) => {
      await this.part.makeOwners(connection, this.owners);
      await connection.say(text);
    });
  }

  lock(mode: LockMode): Promise<Locks> {
    return this.#ask(async (connection) => {
      await this.#hurry(connection);
      const touched = { ...NO_DOCUMENTS, owners: this.owners };
      const locks = await takeLocks(connection, this.part.statements, { touched, mode });
      crashPoint('part-locked');
      return locks;
    });
  }

  /** What stands under the locks. */
  async accounts(): Promise<unknown[]> {
    const { accounts } = this.part.statements;
    const [found] = await this.#ask(async (connection) => {
      await this.#hurry(connection);
      return connection.run(accounts, [this.owners]);
    });
    return (found!.accounts ?? []) as unknown[];
  }

  /** Writes its share, and promises that it can be committed. */
  prepare(stock: StockRows, rows: LoadedRows, atMs: number): Promise<void> {
    return this.#ask(async (connection) => {
      await this.#hurry(connection);
      const values = stockValues(stock, rows, { atMs, bounds: undefined });
      const [counts] = await connection.run(this.part.statements.writeShare, values);
      if (!isStockWritten(counts!, stock))
        throw new Error('a row of a part changed under its lock');
      crashPoint('part-written');
      await this.#hurry(connection);
      this.#isPrepared = true;
      await connection.say(`PREPARE TRANSACTION '${this.#gid}'`);
      crashPoint('part-prepared');
    });
  }

  /** Home has decided for it, and nothing can undo that. What fails here is left to recovery. */
  async finish(): Promise<void> {
    if (!this.#isPrepared) return this.#connection.rollBack();
    try {
      await this.#finishAs('commit');
      crashPoint('part-committed');
    } catch (error) {
      const why = error instanceof HoldfastError ? error.message : String(error);
      this.part.lost(`what is decided is not committed yet: ${why}`);
    }
  }

  /** Nothing is decided for it, nor will be. What fails here is aborted by recovery. */
  async rollBack(): Promise<void> {
    await this.#connection.rollBack();
    if (this.#isPrepared) await this.#finishAs('abort').catch(() => {});
  }

  /** On another connection where its own has broken off. */
  async #finishAs(outcome: Outcome): Promise<void> {
    const finish = (connection: Connection) => finishPrepared(connection, this.#gid, outcome);
    if (this.#connection.isBroken) await this.part.connections.with(finish);
    else await finish(this.#connection);
  }

  /** Leaves what is prepared to recovery. */
  async leave(): Promise<void> {
    if (!this.#isPrepared) await this.#connection.rollBack();
  }

  /** Leaves the next statement no more time than all of them have together. */
  async #hurry(connection: Connection): Promise<void> {
    const { leftMs } = this.#time;
    if (leftMs >= STATEMENT_MAX_MS) return;
    await connection.say(`SET LOCAL statement_timeout = ${Math.max(1, leftMs)}`);
  }

  async #ask<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      const took = (ms: number) => {
        this.waitedMs += ms;
      };
      return await this.#time.count(() => use(this.#connection), took);
    } catch (error) {
      throw this.part.blamed(error, this.#connection.isBroken);
    }
  }
}
