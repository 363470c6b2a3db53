// What each failure of Stripe's library means for the deed: surely not done, perhaps done, or refused for
// good (https://docs.stripe.com/error-low-level).

import { ProviderError, type ProviderFailure } from './provider.ts';

/** As much of Stripe's errors as is looked at. */
interface StripeFailure extends Error {
  type: string;
  code?: string;
  statusCode?: number;
  detail?: string | NodeJS.ErrnoException;
}

/** A key that is wrong, or may not do this, decides nothing: the deed is done when it is mended. */
const KIND: Readonly<Record<string, ProviderFailure>> = {
  StripeRateLimitError: 'unreachable',
  StripeAuthenticationError: 'unreachable',
  StripePermissionError: 'unreachable',
  StripeInvalidRequestError: 'refused',
  StripeCardError: 'refused',
  StripeIdempotencyError: 'refused',
};
const NEVER_SENT: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** The same key is at work at this moment. */
const IN_FLIGHT = 409;

export function asProviderError(error: unknown): unknown {
  if (!isStripeFailure(error)) return error;
  const { type, code, statusCode, detail, message } = error;
  const network = typeof detail === 'object' ? detail.code : undefined;
  const reason = code ?? network ?? (statusCode === undefined ? type : `http-${statusCode}`);
  const kind = NEVER_SENT.has(network) ? 'unreachable' : kindOf(type, statusCode);
  return new ProviderError(kind, reason, { message, cause: error });
}

export function isMissing(error: unknown): boolean {
  return isStripeFailure(error) && error.code === 'resource_missing';
}

function kindOf(type: string, statusCode: number | undefined): ProviderFailure {
  if (statusCode === IN_FLIGHT) return 'unknown-outcome';
  return KIND[type] ?? 'unknown-outcome';
}

function isStripeFailure(error: unknown): error is StripeFailure {
  return error instanceof Error && 'type' in error && String(error.type).startsWith('Stripe');
}
