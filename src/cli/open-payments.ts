// Opens the payment providers that a command names. Their secrets come from the environment or a file,
// never from the command line, which other users of the machine can read.

import { HoldfastError } from '../errors.ts';
import type { PaymentProvider } from '../orders/payments/provider.ts';
import { CommandFailure, UsageError } from './failure.ts';
import type { PaymentsOptions } from './payments-option.ts';
import { secretOf } from './secret-of.ts';

type Served = PaymentsOptions & { host: string; port: number };

/**
 * Opens what was named, in that order.
 *
 * @throws UsageError for a secret that is missing, or a server that no provider could find
 */
export async function openProviders(options: Served): Promise<PaymentProvider[]> {
  const opened: PaymentProvider[] = [];
  for (const address of options.payments ?? []) {
    if (address.name === 'stripe') opened.push(await openStripeProvider());
    else opened.push(await openSimulated(address.url, callbackUrl(options, address.name)));
  }
  return opened;
}

async function openSimulated(url: string, callbackUrl: string): Promise<PaymentProvider> {
  const { SimulatedProvider } = await import('../orders/payments/simulated-provider.ts');
  const secret = secretOf('HOLDFAST_PAYMENTS_SECRET_SIMULATED') ?? (await simulatorsOwn());
  return new SimulatedProvider({ url, secret, callbackUrl });
}

/** What a simulator signs with that was told nothing else. */
async function simulatorsOwn(): Promise<string> {
  return (await import('../payment-simulator/simulator.ts')).SECRET_DEFAULT;
}

async function openStripeProvider(): Promise<PaymentProvider> {
  const { openStripe } = await import('../orders/payments/open-stripe.ts');
  const apiKey = neededSecret('STRIPE_SECRET_KEY');
  const webhookSecret = neededSecret('STRIPE_WEBHOOK_SECRET');
  try {
    return await openStripe({ apiKey, webhookSecret });
  } catch (error) {
    if (error instanceof HoldfastError)
      throw new CommandFailure(`--payments stripe: ${error.message}`);
    throw error;
  }
}

/** Where a provider's word is taken. */
function callbackUrl({ publicUrl, host, port }: Served, name: string): string {
  if (publicUrl === undefined && port === 0) {
    throw new UsageError('payment providers must find this server: name a --port or --public-url');
  }
  const shown = host.includes(':') ? `[${host}]` : host;
  const base = publicUrl ?? `http://${EVERYWHERE.has(host) ? '127.0.0.1' : shown}:${port}`;
  return `${base.replace(/\/$/, '')}/v1/payment-callbacks/${name}`;
}

const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function neededSecret(name: string): string {
  const secret = secretOf(name);
  if (secret !== undefined) return secret;
  throw new UsageError(`--payments stripe needs ${name}, or ${name}_FILE`);
}
