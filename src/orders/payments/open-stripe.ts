// Opens Stripe as a payment provider, with its official library, which is loaded only here: it is an
// optional peer dependency.

import { HoldfastError } from '../../errors.ts';
import type { PaymentProvider } from './provider.ts';

export interface StripeOptions {
  /** `sk_...` */
  apiKey: string;
  /** `whsec_...`, of the webhook endpoint. */
  webhookSecret: string;
  /** Default 10,000. */
  timeoutMs?: number;
  /** Elsewhere than at Stripe: `http://127.0.0.1:12111` for stripe-mock. */
  url?: string;
}

/** @throws HoldfastError `unavailable` when the library is not installed */
export async function openStripe(options: StripeOptions): Promise<PaymentProvider> {
  const [{ StripeProvider }, { default: Library }] = await Promise.all([
    import('./stripe-provider.ts'),
    import('stripe').catch(() => {
      throw new HoldfastError('unavailable', 'the library is not installed: npm install stripe');
    }),
  ]);
  return new StripeProvider(Library, options);
}
