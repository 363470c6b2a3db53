// What a caller prefers (RFC 7240): when a command is answered, `Prefer: ack=recorded` or `ack=decided`. Says in the
// reply which of the two it was. A preference that is unknown is none, and no mistake.

import { type Ack, type Acknowledging, ackOf } from '../stock/acknowledging.ts';
import type { Answering, Asked } from './exchange.ts';

/** One preference among others, its value plain or quoted. */
const ACK = /(?:^|,)\s*ack\s*=\s*"?(decided|recorded)"?\s*(?:[;,]|$)/i;

/** As a command of the library takes it. */
export function preferredAck({ headers }: Pick<Asked, 'headers'>): { ack?: Ack } {
  const found = ACK.exec(headers.prefer ?? '')?.[1];
  return found === undefined ? {} : { ack: found.toLowerCase() as Ack };
}

/** For an answer that was accepted: which it was given, that which was preferred or a later one. */
export function tellPreference(reply: Answering, asked: Acknowledging): void {
  if (asked.ack !== undefined) reply.header('Preference-Applied', `ack=${ackOf(asked)}`);
}
