// One part: its connections, what it is asked, and whether it can be reached. A failure of a part is told
// with its name, so that only those suffer who need it. Decides nothing.

import { HoldfastError } from '../../errors.ts';
import { postgresAddress } from '../postgres/address.ts';
import { type Connection, Connections, type Rows } from '../postgres/connections.ts';
import { KnownOwners } from '../postgres/known-owners.ts';
import { WATCHING_MAX } from '../postgres/stuck-locks.ts';
import type { NamedPart } from './part-address.ts';
import { type PartStatements, partStatements } from './part-statements.ts';
import { gidPrefix } from './prepared.ts';

const CONNECTIONS_MAX = 8;
/** Less than a transaction at home may idle: it must not lose its locks for want of a part. */
const LIMITS = { connectMs: 2_000, answerMs: 4_000 };

/** Which part a failure is about. */
export function failedPart(error: unknown): string | undefined {
  return error instanceof HoldfastError ? (error.details.part as string | undefined) : undefined;
}

export class Part {
  readonly name: string;
  readonly prefix: string;
  readonly schema: string;
  readonly statements: PartStatements;
  readonly connections: Connections;
  /** For those that only wait for locks. */
  readonly watching: Connections;
  /** What the names of its prepared transactions begin with. */
  readonly gidPrefix: string;
  #away: string | undefined = 'nobody has looked yet';
  /** Transactions that are being decided and committed. */
  readonly #finishing = new Set<Promise<void>>();
  readonly #owners = new KnownOwners();

  private constructor({ name, prefix }: NamedPart, own: Pick<Part, OwnOfPart>) {
    this.name = name;
    this.prefix = prefix;
    this.schema = own.schema;
    this.statements = partStatements(own.schema);
    this.connections = own.connections;
    this.watching = own.watching;
    this.gidPrefix = own.gidPrefix;
  }

  /** Connects with the first question. */
  static async of(named: NamedPart, journalId: string): Promise<Part> {
    const { connectionString, schema, pooling } = postgresAddress(named.address);
    const open = (max: number, limits?: typeof LIMITS) =>
      Connections.open(connectionString, max, { pooling, ...limits });
    const connections = await open(CONNECTIONS_MAX, LIMITS);
    // Who watches a lock holds none at home: as patient as there.
    const watching = await open(WATCHING_MAX);
    const prefix = gidPrefix(journalId, named.name);
    return new Part(named, { schema, connections, watching, gidPrefix: prefix });
  }

  /** Looks what there is to a failure, so that one broken connection is no outage. */
  onLost: () => Promise<unknown> = async () => {};
  /** Until then nobody knows whether it is away. */
  #doubt: Promise<unknown> | undefined;

  /** Why it is not used at present. */
  get away(): string | undefined {
    return this.#away;
  }

  /** @throws HoldfastError `unavailable` while it is known to be away */
  checkThere(): void {
    if (this.#away !== undefined && this.#doubt === undefined) throw this.#failure(this.#away);
  }

  /** How often it was lost. */
  losses = 0;

  /** Waits until nobody doubts it. @throws HoldfastError `unavailable` */
  async known(): Promise<void> {
    await this.#doubt;
    this.checkThere();
  }

  /** It was looked at: it can be used, if it was not lost again since. */
  found(losses: number): void {
    if (losses === this.losses) this.#away = undefined;
  }

  /** Not used any more until it was looked at. */
  lost(why: string): void {
    const isNew = this.#away === undefined;
    this.losses += 1;
    this.#away = why;
    if (!isNew) return;
    this.#doubt = this.onLost()
      .catch(() => {})
      .finally(() => {
        this.#doubt = undefined;
      });
  }

  /** Outside of any batch. Whatever fails here makes it unusable. */
  async ask<T>(use: (connections: Connections) => Promise<T>): Promise<T> {
    try {
      return await use(this.connections);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.lost(why);
      throw this.#failure(why);
    }
  }

  /** Lends a connection; only its own failures are blamed on the part. */
  async with<T>(use: (connection: Connection) => Promise<T>): Promise<T> {
    await this.known();
    let isLent = false;
    try {
      return await this.connections.with((connection) => {
        isLent = true;
        return use(connection);
      });
    } catch (error) {
      throw isLent ? error : this.blamed(error, true);
    }
  }

  /** What a failure of its own means; with a connection of no use any more it is away. */
  blamed(error: unknown, isBroken: boolean): unknown {
    if (!(error instanceof HoldfastError) || error.code === 'contended') return error;
    if (failedPart(error) !== undefined) return error;
    if (isBroken) this.lost(error.message);
    return this.#failure(error.message);
  }

  /** Not the database that it should be. */
  unusable(why: string): HoldfastError {
    this.lost(why);
    return this.#failure(why);
  }

  /** It is there, and keeps others waiting. */
  tooSlow(waitedMs: number): HoldfastError {
    return this.#failure(`it was waited for ${Math.round(waitedMs)} ms in one transaction`);
  }

  /** Numbers and accounts of owners, not older than anything that this process has answered. */
  async owners(ids: readonly string[]): Promise<Rows> {
    await Promise.all(this.#finishing);
    return this.with(async (connection) => {
      try {
        return await connection.run(this.statements.owners, [ids]);
      } catch (error) {
        throw this.blamed(error, connection.isBroken);
      }
    });
  }

  /** Rows that are not there cannot be locked: made once, and committed at once. */
  async makeOwners(connection: Connection, owners: readonly string[]): Promise<void> {
    const unknown = this.#owners.unknownOf(owners);
    if (unknown.length === 0) return;
    await connection.run(this.statements.makeOwners, [unknown]);
    this.#owners.add(unknown);
  }

  /** A transaction is being decided and finished: readers of this process wait for it. */
  finishing(finished: Promise<unknown>): void {
    const over = finished.then(
      () => {},
      () => {},
    );
    this.#finishing.add(over);
    void over.then(() => this.#finishing.delete(over));
  }

  /** It may be another database now: what was known of its rows is forgotten. */
  forgetOwners(): void {
    this.#owners.clear();
  }

  async close(): Promise<void> {
    await Promise.all([this.connections.close(), this.watching.close()]);
  }

  #failure(why: string): HoldfastError {
    const message = `the part ${this.name} cannot be used: ${why}`;
    return new HoldfastError('unavailable', message, { part: this.name });
  }
}

type OwnOfPart = 'schema' | 'connections' | 'watching' | 'gidPrefix';
