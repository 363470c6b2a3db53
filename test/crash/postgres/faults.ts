// What goes wrong in a round: a plan drawn from the seed, and how it is done to servers and database.

import { RECOVERY_CRASH_POINTS, SPREAD_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import type { Random } from '../random.ts';
import type { ServedDatabase } from './served-database.ts';

/** `database`: home is 0, then the parts. */
export type Fault =
  | { kind: 'terminate'; database: number; backends: number }
  | { kind: 'immediate' | 'kill'; database: number; awayMs: number }
  | { kind: 'server'; server: number }
  | { kind: 'point'; server: number; at: string }
  | { kind: 'pause'; server: number };

export type FaultKind = Fault['kind'];

/** In this order, so that a few rounds have all of them. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'terminate',
  'immediate',
  'server',
  'kill',
  'pause',
  'terminate',
  'server',
  'immediate',
  'terminate',
  'kill',
];

/** Where stock stands in several databases. */
export const SPREAD_FAULT_KINDS: readonly FaultKind[] = [
  'point',
  'immediate',
  'server',
  'point',
  'terminate',
  'kill',
  'point',
  'pause',
];

const POINTS = [...SPREAD_CRASH_POINTS, ...RECOVERY_CRASH_POINTS];
/** How often it may be passed before the server dies there. */
const PASSED_MAX = 30;
const BACKENDS_MAX = 6;
const AWAY_MAX_MS = 1_500;

interface Among {
  servers: number;
  databases: number;
}

export function planFault(round: number, { servers, databases }: Among, random: Random): Fault {
  const kinds = databases === 1 ? FAULT_KINDS : SPREAD_FAULT_KINDS;
  const kind = kinds[round % kinds.length]!;
  const database = random.whole(0, databases - 1);
  switch (kind) {
    case 'terminate':
      return { kind, database, backends: random.whole(1, BACKENDS_MAX) };
    case 'immediate':
    case 'kill':
      return { kind, database, awayMs: random.whole(0, AWAY_MAX_MS) };
    case 'point': {
      const at = `${random.pick(POINTS)}:${random.whole(1, PASSED_MAX)}`;
      return { kind, server: random.whole(0, servers - 1), at };
    }
    case 'server':
    case 'pause':
      return { kind, server: random.whole(0, servers - 1) };
  }
}

/** The server that it hits. */
export function hitBy(fault: Fault): number | undefined {
  return 'server' in fault ? fault.server : undefined;
}

/** `whileAway` runs while a database is not there. */
export async function carryOut(
  fault: Fault,
  served: ServedDatabase,
  {
    random,
    whileAway,
  }: { random: Random; whileAway: (awayMs: number, database: number) => Promise<void> },
): Promise<void> {
  switch (fault.kind) {
    case 'terminate':
      await served.terminateBackends(fault.database, random, fault.backends);
      return;
    case 'immediate':
    case 'kill':
      await served.takeDatabaseAway(fault.database, fault.kind);
      await whileAway(fault.awayMs, fault.database);
      await served.bringDatabaseBack(fault.database);
      return;
    case 'point':
      await served.servers[fault.server]!.kill();
      await served.dieAt(fault.server, fault.at);
      return;
    case 'server':
      await served.servers[fault.server]!.kill();
      return;
    case 'pause':
      served.servers[fault.server]!.pause();
  }
}
