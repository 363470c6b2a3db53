// Reads a PaymentTruth out of JSON that came from outside. Takes nothing for granted: what is not the
// truth of a payment is undefined.

import type { PaymentTruth } from './payment-truth.ts';

const CURRENCY = /^[A-Z]{3}$/;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readTruth(value: unknown): PaymentTruth | undefined {
  if (!isObject(value)) return undefined;
  const { currency, authorised, captured, refunded, voided, failed } = value;
  if (typeof currency !== 'string' || !CURRENCY.test(currency)) return undefined;
  if (!isAmount(authorised) || !isAmount(captured) || !isAmount(refunded)) return undefined;
  if (typeof voided !== 'boolean') return undefined;
  if (failed !== undefined && typeof failed !== 'string') return undefined;
  const truth = { currency, authorised, captured, refunded, voided };
  return failed === undefined || authorised > 0 ? truth : { ...truth, failed };
}

function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
