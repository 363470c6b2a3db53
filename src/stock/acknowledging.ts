// When a command is answered, where a store decides before what stands behind it has recorded: what only holds
// units for a time as soon as it is decided, all else once it is recorded. Decides nothing.

import type { Engine } from '../engines/contract.ts';

export type Ack = 'decided' | 'recorded';

export interface Acknowledging {
  verb: string;
  /** As the caller prefers it. */
  ack?: Ack | undefined;
  engine: Pick<Engine, 'recorded' | 'answersRecorded'>;
}

/** What holds units for a time, or lets them go: lost, it has cost nobody anything. */
const HOLDING: ReadonlySet<string> = new Set(['reserve', 'extend', 'change', 'cancel']);

/** Where the record is not reached in time the outcome is open: the same command under its key tells it. */
export function asAcknowledged<T extends { ok: boolean }>(
  answered: Promise<T>,
  asked: Acknowledging,
): Promise<T> {
  const { engine } = asked;
  const waits = engine.recorded !== undefined && ackOf(asked) === 'recorded';
  if (!waits) return answered;
  return answered.then(async (answer) => {
    if (answer.ok) await engine.recorded?.();
    return answer;
  });
}

/** When it is answered at the earliest. A store with nothing behind it keeps what it answers. */
export function ackOf({ verb, ack = 'decided', engine }: Acknowledging): Ack {
  const decides = engine.recorded !== undefined && engine.answersRecorded !== true;
  return decides && HOLDING.has(verb) ? ack : 'recorded';
}
