// Puts a deed into the words of a provider, with the key that makes it one deed however often it is
// asked for.

import type { Document } from '../../engines/contract.ts';
import type { PaymentData, PaymentDeed } from '../../kernel/payment.ts';
import type { Told } from '../../kernel/payment-told.ts';
import type { PaymentTruth } from '../../kernel/payment-truth.ts';
import type { PaymentProvider } from './provider.ts';

interface Asking {
  deed: PaymentDeed;
  payment: Document;
  data: PaymentData;
}

/** Does the deed. The same deed again, after a lost answer, is the same deed. */
export async function askProvider(
  provider: PaymentProvider,
  { deed, payment, data }: Asking,
): Promise<Told> {
  const { id } = payment;
  const { due, keep, order, capture, returnUrl, truth } = data;
  const reference = data.reference!;
  const { currency } = truth.captured > 0 ? truth : due;
  switch (deed) {
    case 'create':
      return provider.create({
        payment: id,
        order,
        amount: due,
        capture,
        ...(returnUrl === undefined ? {} : { returnUrl }),
      });
    case 'capture': {
      const amount = { amount: due.amount, currency: due.currency };
      return {
        truth: await provider.capture({ payment: id, reference, amount, key: `${id}:capture` }),
      };
    }
    case 'void':
      return { truth: await provider.void({ payment: id, reference, key: `${id}:void` }) };
    case 'refund': {
      const back = truth.captured - truth.refunded - keep;
      // A key for each sum that is back already: the same refund twice is one, the next is another.
      const key = `${id}:refund:${truth.refunded}`;
      const amount = { amount: back, currency };
      return { truth: await provider.refund({ payment: id, reference, amount, key }) };
    }
    default:
      return { truth: await queryProvider(provider, id, data) };
  }
}

/** One that its provider never heard of has ended without money. */
export async function queryProvider(
  provider: PaymentProvider,
  payment: string,
  { reference, due }: PaymentData,
): Promise<PaymentTruth> {
  const found = await provider.query(
    reference === undefined ? { payment } : { payment, reference },
  );
  const { currency } = due;
  return (
    found ?? {
      currency,
      authorised: 0,
      captured: 0,
      refunded: 0,
      voided: true,
      failed: 'unknown-to-provider',
    }
  );
}
