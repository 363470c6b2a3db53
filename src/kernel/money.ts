// Amounts of money: whole minor units with a currency. Must never be divided without saying where the
// rest goes.

import { invalid } from './check-command.ts';
import type { Refused } from './refusals.ts';

export interface Money {
  /** Whole minor units (cents), 0 to 2^53 - 1. */
  amount: number;
  /** ISO 4217, three upper-case letters. */
  currency: string;
}

const CURRENCY = /^[A-Z]{3}$/;

export function checkMoney(money: unknown, field: string): Refused | undefined {
  const { amount, currency } = (money ?? {}) as Partial<Money>;
  return checkAmount(amount, `${field}/amount`) ?? checkCurrency(currency, `${field}/currency`);
}

export function checkAmount(amount: unknown, field: string): Refused | undefined {
  if (Number.isSafeInteger(amount) && (amount as number) >= 0) return undefined;
  return invalid(field, 'whole minor units, 0 to 9007199254740991');
}

export function checkCurrency(currency: unknown, field: string): Refused | undefined {
  if (typeof currency === 'string' && CURRENCY.test(currency)) return undefined;
  return invalid(field, 'three upper-case letters (ISO 4217), EUR for example');
}
