// What a caller prefers (RFC 7240): when a command is answered, `Prefer: ack=recorded` or `ack=decided`. Says in the
// reply which of it was kept to. A preference that is unknown is none, and no mistake.

import { type Ack, ackOf } from '../stock/acknowledging.ts';
import type { Answering, Asked } from './exchange.ts';

/** One preference among others, its value plain or quoted. */
const ACK = /(?:^|,)\s*ack\s*=\s*"?(decided|recorded)"?\s*(?:[;,]|$)/i;

/** As a command of the library takes it. */
export function preferredAck({ headers }: Pick<Asked, 'headers'>): { ack?: Ack } {
  const found = ACK.exec(headers.prefer ?? '')?.[1];
  return found === undefined ? {} : { ack: found.toLowerCase() as Ack };
}

/** For an answer that was accepted. One that came later than was asked for is not what was preferred. */
export function tellPreference(reply: Answering, verb: string, { ack }: { ack?: Ack }): void {
  if (ack !== undefined && ackOf(verb, ack) === ack) {
    reply.header('Preference-Applied', `ack=${ack}`);
  }
}
