// The door of a sale: what an attempt to buy passes before anything is decided for it. Each guard lets it go on or
// says why not; they run in their order, the cheap ones first, and what is known at once is answered at once.
// Knows no guard; guards.ts lists them.

import type { Anomaly } from '../../admission/anomaly/anomaly-watch.ts';
import type { WhoTries } from '../../admission/deny-list/denial-directory.ts';
import type { Denied } from '../../kernel/denial.ts';
import type { Refused } from '../../kernel/refusals.ts';
import type { Sale } from '../../kernel/sale.ts';
import { sendRefusal } from '../answer.ts';
import type { Answering, Asked } from '../exchange.ts';

export interface Attempt {
  /** As this server heard of it last. */
  readonly sale: Sale;
  readonly buyer: string | undefined;
  readonly request: Asked;
  /** To be called once it is answered, however; set by whoever counts those that are in hand. */
  leave?: () => void;
  /** The pass that it shows, where it shows one. */
  readonly shown: string | undefined;
  /** The id of that pass, once it has been found good. */
  pass: string | undefined;
  /** The same of one whose time is over: good where an order was made with it. */
  latePass?: string;
  readonly who: WhoTries;
  /** Of a challenge. */
  readonly solution: string | undefined;
  /** How odd it is, where it is; set by the first guard. */
  anomaly?: Anomaly | undefined;
  /** By whose name it is denied. */
  denied?: Denied;
}

export type Verdict = Refused | undefined;

/** May add headers to the reply; must not answer. Undefined lets the attempt go on. */
export type Guard = (attempt: Attempt, reply: Answering) => Verdict | Promise<Verdict>;

/** Why somebody may not try; undefined where they may. */
export async function refusedAt(
  guards: readonly Guard[],
  attempt: Attempt,
  reply: Answering,
): Promise<Verdict> {
  for (const guard of guards) {
    const verdict = await guard(attempt, reply);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** What becomes of an attempt. */
export interface PastDoor {
  goOn: () => void;
  refused: (refused: Refused) => void;
}

interface Way {
  guards: readonly Guard[];
  attempt: Attempt;
  reply: Answering;
  then: PastDoor;
}

/** Goes on with whoever may try now; answers the others itself. */
export function passDoor(
  guards: readonly Guard[],
  attempt: Attempt,
  reply: Answering,
  then: PastDoor,
): void {
  passFrom(0, { guards, attempt, reply, then });
}

// Nothing here is kept by a function that is made on the way: for each guard that was a piece of memory of its own,
// 900 bytes of the 28 KB that a checkout went through.
function passFrom(first: number, way: Way): void {
  const { guards, attempt, reply, then } = way;
  for (let index = first; index < guards.length; index += 1) {
    const verdict = guards[index]!(attempt, reply);
    if (verdict instanceof Promise) {
      passLater(verdict, index + 1, way);
      return;
    }
    if (verdict !== undefined) {
      turnAway(verdict, way);
      return;
    }
  }
  then.goOn();
}

function passLater(verdict: Promise<Verdict>, next: number, way: Way): void {
  verdict
    .then((later) => (later === undefined ? passFrom(next, way) : turnAway(later, way)))
    // Whatever a guard behind it throws has nobody else to catch it, and would end the process.
    .catch((error: unknown) => {
      way.attempt.leave?.();
      way.reply.send(error);
    });
}

function turnAway(refused: Refused, { attempt, reply, then }: Way): void {
  attempt.leave?.();
  then.refused(refused);
  sendRefusal(reply, refused);
}
