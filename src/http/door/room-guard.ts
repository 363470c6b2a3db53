// Lets into a sale with a waiting room who has a pass for it, at once and without work for the others. One that is
// past its time goes on only where an order was made with it: so a repeat of that order gets its answer.

import type { RoomTokens } from '../../admission/waiting-room/room-tokens.ts';
import { notAdmitted } from '../../kernel/order-pass.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { Guard } from './sale-door.ts';

export interface RoomDoor {
  tokens: RoomTokens;
  nowMs(): number;
  /** Whether an order was made with this pass. */
  isUsed(pass: string): Promise<boolean>;
}

/** Costs one signature, and asks nobody: it may stand before the rates, which are for those who have a pass. */
export function passGuard({ tokens, nowMs }: RoomDoor): Guard {
  return (attempt) => {
    const { sale, buyer, shown } = attempt;
    // Over for good: the sale itself says so.
    if (sale.room === undefined || sale.state === 'CLOSED' || sale.state === 'SETTLED') return;
    if (shown === undefined) return notAdmitted(sale, {});
    const pass = tokens.readPass(shown);
    if (pass === undefined || pass.sale !== sale.sale || pass.buyer !== buyer) {
      return refuse('pass-invalid', { sale: sale.sale });
    }
    if (pass.untilMs > nowMs()) attempt.pass = pass.id;
    else attempt.latePass = pass.id;
    return undefined;
  };
}

/** Asks the store, so that the rates stand before it. */
export function latePassGuard({ isUsed }: RoomDoor): Guard {
  return (attempt) => {
    const { sale, latePass } = attempt;
    if (latePass === undefined) return undefined;
    return isUsed(latePass).then((used) => {
      if (!used) return notAdmitted(sale, {});
      attempt.pass = latePass;
      return undefined;
    });
  };
}
