// When a command is answered, where a store decides before what stands behind it has recorded: what only holds
// units for a time as soon as it is decided, all else once it is recorded. Decides nothing.

import type { Engine } from '../engines/contract.ts';

export type Ack = 'decided' | 'recorded';

interface Acknowledging {
  verb: string;
  /** As the caller prefers it. */
  ack: Ack | undefined;
  engine: Pick<Engine, 'recorded'>;
}

/** What holds units for a time, or lets them go: lost, it has cost nobody anything. */
const HOLDING: ReadonlySet<string> = new Set(['reserve', 'extend', 'change', 'cancel']);

/** Where the record is not reached in time the outcome is open: the same command under its key tells it. */
export function asAcknowledged<T extends { ok: boolean }>(
  answered: Promise<T>,
  { verb, ack, engine }: Acknowledging,
): Promise<T> {
  const waits = engine.recorded !== undefined && ackOf(verb, ack) === 'recorded';
  if (!waits) return answered;
  return answered.then(async (answer) => {
    if (answer.ok) await engine.recorded?.();
    return answer;
  });
}

/** When it is answered at the earliest. */
export function ackOf(verb: string, ack: Ack | undefined): Ack {
  return HOLDING.has(verb) ? (ack ?? 'decided') : 'recorded';
}
