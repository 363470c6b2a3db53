// What a share works with and what it may be told: the node's own stock, the settings, what asking for
// more came to. Types and the times that everything of a share goes by.

import type { TimeSource } from '../engines/clock.ts';
import { HoldfastError } from '../errors.ts';
import type { Centre, Granted } from './centre.ts';

/** A centre that had nothing left is not asked again for so long. */
export const DRY_MS = 250;
/** One that was not reached is not asked again for so long; twice as long each time, up to the most. */
export const AWAY_MS = 100;
export const AWAY_MOST_MS = 1_000;

/** A pool that is leased, or is not at the moment. */
export interface LeasedPool {
  readonly pool: string;
  /** The lease that may be sold from now. */
  readonly lease: string | undefined;
}

/** The node's own stock. */
export interface LocalUnits {
  /** Units came in under a lease, if it still is the share's. */
  takeIn(share: LeasedPool, granted: Granted, key: string): Promise<void>;
  /** At most so many unsold units leave; how many did. */
  letGo(pool: string, quantityMax: number): Promise<number>;
  /** A lease is over: what was held or unsold of it is no longer here. */
  forget(share: LeasedPool): Promise<void>;
  available(pool: string): Promise<number>;
  /** Units that are here under a lease, unsold or held. */
  unsold(pool: string): Promise<number>;
  /** On how many sales a verdict has come; counted before it takes effect here. */
  readonly verdicts: number;
  /** What has to be known after a restart; nothing, once all has been given back. */
  remember(pool: string, kept: KeptShare | undefined): Promise<void>;
  /** The lease goes on: what was asked for longer than it lasted is kept on. */
  keepHeld(): Promise<void>;
}

/** A share as the node's store keeps it: the lease, or the command that may have brought one. */
export type KeptShare = ({ lease: string } | { asked: string; quantity: number }) & {
  /** Whether that lease has no end. Missing in a store from before this was kept. */
  offline?: boolean;
};

export interface ShareSettings {
  node: string;
  pool: string;
  /** How many unsold units it should have. */
  units: number;
  /** Without it the lease has no end: an offline till. */
  leaseForMs: number | undefined;
}

export interface ShareParts {
  settings: ShareSettings;
  centre: Centre;
  local: LocalUnits;
  time: TimeSource;
  newId: () => string;
  /** Tells a person what happened. */
  say: (text: string) => void;
}

/** What asking for more units came to. */
export type More = 'came' | 'dry' | 'away';

/** Nobody knows what became of a call: it is made again. Everything else is a defect. */
export function passing(error: unknown): void {
  if (!(error instanceof HoldfastError)) throw error;
}
