// The row of a stream: its epoch, its last batch that is here, and until when the store that decides may do
// so. Times are by the database's clock, which no recorder can hurry.

import { crashPoint } from '../crash-point.ts';
import type { Connection, Connections, Rows } from './connections.ts';

/** How far a stream is recorded. Before its first epoch all of it is 0. */
export interface RecordState {
  epoch: number;
  /** The last batch of this epoch that is recorded. */
  number: number;
  /** What the store that decides calls itself in this epoch. */
  runId?: string;
  /** It may decide until then, by the database's clock. */
  leaseUntilMs: number;
  /** That clock, when it was asked. */
  nowMs: number;
}

/** Which epoch, and up to which batch, as somebody knows it. */
export type Place = Pick<RecordState, 'epoch' | 'number'>;

/**
 * Why a recorder may not go on: another one has recorded since it last looked, or has opened another
 * epoch. It stands by until it looks again.
 */
export type NotInTurn = { ok: false; code: 'overtaken' | 'epoch'; state: RecordState };

/** `closing`: somebody rebuilds the store elsewhere, and waits for the end of the lease. */
export type LeaseAnswer =
  | { ok: true; state: RecordState }
  | { ok: false; code: NotInTurn['code'] | 'closing'; state: RecordState };

/** `leased`: the epoch before may still decide. */
export type EpochAnswer =
  | { ok: true; state: RecordState }
  | { ok: false; code: 'leased' | 'overtaken'; state: RecordState };

export interface OpenEpoch {
  /** The epoch that was last; 0 for none. */
  after: number;
  runId?: string;
  /** The new epoch's first lease. */
  untilMs: number;
}

const NOW = `floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
const COLUMNS = `epoch, number, run_id, lease_until_ms, ${NOW} AS now_ms`;

export class RecordLease {
  readonly #connections: Connections;
  readonly #table: string;
  readonly #meta: string;
  readonly #stream: string;

  constructor(connections: Connections, { schema, stream }: { schema: string; stream: string }) {
    this.#connections = connections;
    this.#table = `"${schema}".record`;
    this.#meta = `"${schema}".meta`;
    this.#stream = stream;
  }

  async look(asker: Pick<Connection, 'run'> = this.#connections): Promise<RecordState> {
    const text = `SELECT ${COLUMNS} FROM (VALUES (1)) AS one
      LEFT JOIN ${this.#table} ON stream = $1::text`;
    const [row] = await asker.run({ name: 'record_look', text }, [this.#stream]);
    return stateOf(row!);
  }

  /** Only for who knows how far the stream is; never shortens a lease. */
  async extend({ epoch, number }: Place, untilMs: number): Promise<LeaseAnswer> {
    const text = `UPDATE ${this.#table} SET lease_until_ms = GREATEST(lease_until_ms, $2::bigint)
      WHERE stream = $1::text AND epoch = $3::bigint AND number = $4::bigint
        AND NOT EXISTS (SELECT FROM ${this.#meta} WHERE key = $5::text AND value = $6::text)
      RETURNING ${COLUMNS}`;
    const values = [untilMs, epoch, number, this.#closing, String(epoch)];
    const rows = await this.#run('record_extend', text, values);
    crashPoint('lease-extended');
    if (rows.length > 0) return { ok: true, state: stateOf(rows[0]!) };
    const state = await this.look();
    if (state.epoch !== epoch) return { ok: false, code: 'epoch', state };
    return { ok: false, code: state.number === number ? 'closing' : 'overtaken', state };
  }

  /** The lease of an epoch is not extended any more. One that is under way may still be. */
  async close(epoch: number): Promise<void> {
    const text = `INSERT INTO ${this.#meta} (key, value) VALUES ($1::text, $2::text)
      ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`;
    await this.#connections.run({ name: 'record_close', text }, [this.#closing, String(epoch)]);
  }

  /** The key of `meta` under which the epoch stands whose lease is to end. */
  get #closing(): string {
    return `closing ${this.#stream}`;
  }

  async openEpoch({ after, runId, untilMs }: OpenEpoch): Promise<EpochAnswer> {
    const values = [after, runId ?? null, untilMs];
    // Of two that open the same one, the second finds it there.
    const text = `INSERT INTO ${this.#table} AS r (stream, epoch, number, run_id, lease_until_ms)
      SELECT $1::text, $2::bigint + 1, 0, $3::text, $4::bigint
      WHERE $2::bigint = 0 OR EXISTS (SELECT FROM ${this.#table} WHERE stream = $1::text)
      ON CONFLICT (stream) DO UPDATE SET epoch = EXCLUDED.epoch, number = 0,
        run_id = EXCLUDED.run_id, lease_until_ms = EXCLUDED.lease_until_ms
      WHERE r.epoch = $2::bigint AND r.lease_until_ms < ${NOW} RETURNING ${COLUMNS}`;
    const rows = await this.#run('record_epoch', text, values);
    crashPoint('epoch-opened');
    if (rows.length > 0) return { ok: true, state: stateOf(rows[0]!) };
    const state = await this.look();
    return { ok: false, code: state.epoch === after ? 'leased' : 'overtaken', state };
  }

  #run(name: string, text: string, values: unknown[]): Promise<Rows> {
    return this.#connections.run({ name, text }, [this.#stream, ...values]);
  }
}

function stateOf(row: Rows[number]): RecordState {
  const state: RecordState = {
    epoch: Number(row.epoch ?? 0),
    number: Number(row.number ?? 0),
    leaseUntilMs: Number(row.lease_until_ms ?? 0),
    nowMs: Number(row.now_ms),
  };
  if (row.run_id !== null && row.run_id !== undefined) state.runId = String(row.run_id);
  return state;
}
