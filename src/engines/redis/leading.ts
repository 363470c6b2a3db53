// Puts together what the leading server of a store does beside recording: it compares Redis with the record, and
// lets go of what need not be kept.

import type { Transaction } from '../contract.ts';
import { Departures, STEP_MS } from './departures.ts';
import { Reconciling } from './drift/reconciling.ts';
import { LeaderWork } from './leader-work.ts';
import type { OpenedStore } from './open-store.ts';
import type { Place } from './place.ts';

interface LeadingOptions {
  keptMs: number;
  nowMs(): number;
  commit(batch: readonly Transaction[]): Promise<unknown>;
  loop: { readonly leads: boolean; readonly place: Place };
}

export interface Leading {
  work: LeaderWork;
  /** Undefined where the record cannot be compared. */
  reconciling: Reconciling | undefined;
}

export function leading(store: OpenedStore, options: LeadingOptions): Leading {
  const { reading, keys, standing, remembering } = store;
  const { loop, commit, keptMs, nowMs } = options;
  const common = { send: reading.send, keys };
  const { epoch } = standing;
  const departures = new Departures({ ...common, epoch, remembering, keptMs, nowMs });
  const { rows } = remembering;
  const reconciling = rows && new Reconciling({ ...common, rows, commit, leads: () => loop.leads });
  const work = new LeaderWork({
    leads: () => loop.leads,
    everyMs: STEP_MS,
    steps: [() => departures.step(loop.place), async () => reconciling?.step()],
  });
  return { work, reconciling };
}
