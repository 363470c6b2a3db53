// What goes wrong in a round: a plan drawn from the seed, and how it is done to servers and database.

import type { Random } from '../random.ts';
import type { ServedDatabase } from './served-database.ts';

export type Fault =
  | { kind: 'terminate'; backends: number }
  | { kind: 'immediate' | 'kill'; awayMs: number }
  | { kind: 'server'; server: number }
  | { kind: 'pause'; server: number };

export type FaultKind = Fault['kind'];

/** In this order, so that a few rounds have all of them. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'terminate',
  'immediate',
  'server',
  'kill',
  'terminate',
  'server',
  'immediate',
  'pause',
  'terminate',
  'kill',
];

const BACKENDS_MAX = 6;
const AWAY_MAX_MS = 1_500;

export function planFault(round: number, servers: number, random: Random): Fault {
  const kind = FAULT_KINDS[round % FAULT_KINDS.length]!;
  switch (kind) {
    case 'terminate':
      return { kind, backends: random.whole(1, BACKENDS_MAX) };
    case 'immediate':
    case 'kill':
      return { kind, awayMs: random.whole(0, AWAY_MAX_MS) };
    case 'server':
    case 'pause':
      return { kind, server: random.whole(0, servers - 1) };
  }
}

/** The server that it hits. */
export function hitBy(fault: Fault): number | undefined {
  return 'server' in fault ? fault.server : undefined;
}

/** `whileAway` runs while the database is not there. */
export async function carryOut(
  fault: Fault,
  served: ServedDatabase,
  { random, whileAway }: { random: Random; whileAway: (awayMs: number) => Promise<void> },
): Promise<void> {
  switch (fault.kind) {
    case 'terminate':
      await served.terminateBackends(random, fault.backends);
      return;
    case 'immediate':
    case 'kill':
      await served.takeDatabaseAway(fault.kind);
      await whileAway(fault.awayMs);
      await served.bringDatabaseBack();
      return;
    case 'server':
      await served.servers[fault.server]!.kill();
      return;
    case 'pause':
      served.servers[fault.server]!.pause();
  }
}
