// An attempt to buy in a sale, or to wait for it, as the guards at its door look at it: what it shows is checked
// first, because they keep names and hand them on.

import { checkText } from '../../kernel/check-command.ts';
import type { Refused } from '../../kernel/refusals.ts';
import type { Sale } from '../../kernel/sale.ts';
import type { Asked } from '../exchange.ts';
import { PASS_MAX, SOLUTION_MAX } from '../shapes/parts.ts';
import type { Attempt } from './sale-door.ts';
import { whoTries } from './watch-guard.ts';

export interface Shown {
  buyer: string | undefined;
  /** Of the waiting room. */
  pass?: string | undefined;
  /** What solves the challenge. */
  challenge?: string | undefined;
}

/** What is wrong with what is shown, before anything is done with it. */
export function checkShown({ buyer, pass, challenge }: Shown): Refused | undefined {
  return (
    checkText(buyer, 'buyer') ??
    checkText(pass, 'pass', PASS_MAX) ??
    checkText(challenge, 'challenge', SOLUTION_MAX)
  );
}

export function attemptAt(sale: Sale, request: Asked, shown: Shown): Attempt {
  const { buyer, pass, challenge } = shown;
  const who = whoTries(request, buyer);
  return { sale, buyer, request, shown: pass, pass: undefined, who, solution: challenge };
}
