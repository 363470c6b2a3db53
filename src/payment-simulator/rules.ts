// What a payment provider allows: each deed on each state of a payment, as the movements of money that it
// makes or the reason why not. Pure. The only place where the simulator decides.

import type { BuyerAsk, CaptureMode, MoneyAsk, MovementKind, Reason, WireTruth } from './wire.ts';

export interface Asked {
  amount: number;
  currency: string;
  capture: CaptureMode;
}

/** A payment before the deed. */
export interface State extends Asked {
  truth: WireTruth;
}

export interface Move {
  kind: MovementKind;
  amount: number;
  currency: string;
}

export type Deed =
  | ({ kind: 'capture' } & MoneyAsk)
  | ({ kind: 'refund' } & MoneyAsk)
  | { kind: 'void' }
  | ({ kind: 'buyer' } & BuyerAsk);

export type Ruling =
  | { ok: true; moves: Move[]; failed?: string }
  | { ok: false; error: Reason; message: string };

export function rule(state: State, deed: Deed): Ruling {
  if (deed.kind === 'capture') return capture(state, deed);
  if (deed.kind === 'refund') return refund(state, deed);
  if (deed.kind === 'void') return giveBack(state);
  if (deed.outcome === 'decline') return decline(state);
  const isTransfer = deed.amount !== undefined || deed.currency !== undefined;
  return isTransfer ? transfer(state, deed) : approve(state);
}

function capture({ truth }: State, { amount, currency }: MoneyAsk): Ruling {
  if (truth.voided) return no('payment-voided', 'the authorisation was given back');
  if (truth.authorised === 0) return no('not-authorised', 'the buyer has not approved it');
  if (currency !== truth.currency) return no('other-currency', `it is in ${truth.currency}`);
  const left = truth.authorised - truth.captured;
  if (amount > left) return no('exceeds-authorised', `${left} can be captured`);
  return yes({ kind: 'capture', amount, currency });
}

function refund({ truth }: State, { amount, currency }: MoneyAsk): Ruling {
  const left = truth.captured - truth.refunded;
  if (left > 0 && currency !== truth.currency) {
    return no('other-currency', `it is in ${truth.currency}`);
  }
  if (amount > left) return no('exceeds-captured', `${left} can be refunded`);
  return yes({ kind: 'refund', amount, currency });
}

function giveBack({ truth }: State): Ruling {
  if (truth.voided) return no('payment-voided', 'it was given back before');
  if (truth.captured > 0) return no('already-captured', 'what was captured can be refunded');
  return yes({ kind: 'void', amount: truth.authorised, currency: truth.currency });
}

function decline({ truth }: State): Ruling {
  if (truth.voided) return no('payment-voided', 'the shop has ended it');
  if (truth.authorised > 0) return no('already-paid', 'the buyer has approved it');
  return { ok: true, moves: [], failed: 'declined' };
}

/** By card or wallet: the amount that was asked for, once, while the shop wants it. */
function approve({ truth, amount, currency, capture }: State): Ruling {
  if (truth.voided) return no('payment-voided', 'the shop has ended it');
  if (truth.authorised > 0) return no('already-paid', 'the buyer has approved it');
  const authorised: Move = { kind: 'authorise', amount, currency };
  return capture === 'manual'
    ? yes(authorised)
    : yes(authorised, { ...authorised, kind: 'capture' });
}

/**
 * By bank: whatever the buyer sent, and whenever. Nobody can keep it from arriving, so it is taken for a
 * payment that has ended, too, and one after the other. A second one in another currency goes back.
 */
function transfer(state: State, sent: BuyerAsk): Ruling {
  const { truth, capture } = state;
  const { amount = state.amount, currency = state.currency } = sent;
  if (truth.authorised > 0 && currency !== truth.currency) {
    return no('other-currency', `there is ${truth.currency} already`);
  }
  const authorised: Move = { kind: 'authorise', amount, currency };
  const isHeld = capture === 'manual' && !truth.voided;
  return isHeld ? yes(authorised) : yes(authorised, { ...authorised, kind: 'capture' });
}

function yes(...moves: Move[]): Ruling {
  return { ok: true, moves };
}

function no(error: Reason, message: string): Ruling {
  return { ok: false, error, message };
}
