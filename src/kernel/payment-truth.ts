// What a provider knows of a payment, and how two tellings of it become one. Pure. Nothing here may ever
// take back what an earlier telling said: callbacks come twice, late, and in another order.

/**
 * Sums that only grow, so that snapshots that come twice, late or in another order merge by taking the
 * larger.
 */
export interface PaymentTruth {
  /** Of the money itself once there is any: a transfer may come in another one than was asked for. */
  currency: string;
  /** The most that was ever authorised. */
  authorised: number;
  /** Captured so far. */
  captured: number;
  /** Refunded so far. */
  refunded: number;
  /** The authorisation was given back, or the payment ended before there was one. */
  voided: boolean;
  /**
   * Ended without money: declined, expired, abandoned (a reason word). Not final, since money may come
   * later; it is not said of a payment for which money was ever authorised.
   */
  failed?: string;
}

/**
 * What two tellings say together. In any order and however often, the same tellings give the same truth:
 * commutative, associative, idempotent.
 *
 * @example
 * const late = { currency: 'EUR', authorised: 900, captured: 0, refunded: 0, voided: false };
 * mergeTruth({ ...late, captured: 900 }, late).captured; // 900
 */
export function mergeTruth(a: PaymentTruth, b: PaymentTruth): PaymentTruth {
  const authorised = Math.max(a.authorised, b.authorised);
  const failed = authorised > 0 ? undefined : laterWord(a.failed, b.failed);
  return {
    currency: weightier(a, b).currency,
    authorised,
    captured: Math.max(a.captured, b.captured),
    refunded: Math.max(a.refunded, b.refunded),
    voided: a.voided || b.voided,
    ...(failed === undefined ? {} : { failed }),
  };
}

/** Whose currency counts: that of the money, and so that the order of the two makes no difference. */
function weightier(a: PaymentTruth, b: PaymentTruth): PaymentTruth {
  if (a.authorised !== b.authorised) return a.authorised > b.authorised ? a : b;
  return a.currency >= b.currency ? a : b;
}

/** Which of two words stays is of no consequence, but it must be the same one in any order. */
function laterWord(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a >= b ? a : b;
}
