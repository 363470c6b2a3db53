// What a node asks of the stock centre. Each call is one attempt: it is answered, or it throws
// `unavailable`, and then nobody knows what became of it; the same command under the same key finds out.

import type {
  GiveBackCommand,
  LeaseCommand,
  LeaseVerb,
  RecordCommand,
  RenewCommand,
  TopUpCommand,
} from '../kernel/lease-commands.ts';
import type { Refused } from '../kernel/refusals.ts';

export interface Granted {
  lease: string;
  /** Units that this command brought. */
  quantity: number;
}

export type Told<T> = { ok: true; value: T } | Refused;

/** What became of one sale. */
export type Verdict = { ok: true; overLimit: boolean } | Refused;

export interface Centre {
  open(command: LeaseCommand, key: string): Promise<Told<Granted>>;
  topUp(command: TopUpCommand, key: string): Promise<Told<Granted>>;
  /** Says how many units are out under the lease. */
  renew(command: RenewCommand): Promise<Told<number>>;
  giveBack(command: GiveBackCommand, key: string): Promise<Told<void>>;
  settle(command: LeaseVerb, key: string): Promise<Told<void>>;
  /** A verdict on each sale, in their order; a refusal is one on all of them. */
  record(command: RecordCommand): Promise<Told<Verdict[]>>;
  /** What the centre itself has to sell. */
  available(pool: string): Promise<number>;
}
