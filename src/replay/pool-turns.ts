// Knows which earlier commands a command must wait for, so that all that touch one pool are decided
// in the order of the file. Reservations keep their order among themselves on an engine that decides
// in the order in which it is asked. Returns and write-offs travel in a faster lane: reservations
// sent later cannot overtake them, but they would overtake earlier ones, and so wait for those of
// their pools. Commands that share no pool need no order: neither sees what the other changed.

import type { Turn } from './command-order.ts';

export type CommandKind = 'reserve' | 'return' | 'write-off';

interface PoolTurn {
  /** The latest of any kind. */
  any?: Turn;
  reserve?: Turn;
  /** The latest that may reach the queue late, because it must read before it can be planned. */
  loose?: Turn;
}

export class PoolTurns {
  readonly #pools = new Map<string, PoolTurn>();
  readonly #decidesInOrder: boolean;

  constructor(options: { decidesInOrder: boolean }) {
    this.#decidesInOrder = options.decidesInOrder;
  }

  /** The latest command on these pools that must be settled first. */
  before(kind: CommandKind, pools: Iterable<string>): Turn | undefined {
    let latest: Turn | undefined;
    for (const pool of pools) {
      const turns = this.#pools.get(pool);
      if (turns === undefined) continue;
      latest = later(latest, this.#decidesInOrder ? turns.loose : turns.any);
      if (kind !== 'reserve') latest = later(latest, turns.reserve);
    }
    return latest;
  }

  took(
    kind: CommandKind,
    pools: Iterable<string>,
    { turn, loose }: { turn: Turn; loose?: boolean },
  ): void {
    for (const pool of pools) {
      const turns = this.#pools.get(pool) ?? {};
      turns.any = turn;
      if (kind === 'reserve') turns.reserve = turn;
      if (loose === true) turns.loose = turn;
      this.#pools.set(pool, turns);
    }
  }
}

function later(a: Turn | undefined, b: Turn | undefined): Turn | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.number > b.number ? a : b;
}
