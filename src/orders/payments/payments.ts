// Payments: what a buyer and a provider may do to one, and the work that is done until each is settled.
// The provider's word comes three ways (its callback, an answer when somebody asks, a look at regular
// times), and all of them end in one rule of the kernel. Nothing is held while a provider is asked.

import type { Decided, Document } from '../../engines/contract.ts';
import { crashPoint } from '../../engines/crash-point.ts';
import { checkText, invalid } from '../../kernel/check-command.ts';
import { checkOrderId } from '../../kernel/check-order.ts';
import { orderData } from '../../kernel/order.ts';
import {
  heldOf,
  PAYMENT_FINAL,
  type Payment,
  paymentData,
  viewPayment,
} from '../../kernel/payment.ts';
import { refundPayments, releasePayment } from '../../kernel/payment-ends.ts';
import { type StartContext, startPayment } from '../../kernel/payment-start.ts';
import { keepOf } from '../../kernel/plan-settled.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Answer, CallOptions } from '../../stock.ts';
import type { OrderPolicies } from '../order-policies.ts';
import { OrderUnitsFinder } from '../order-units.ts';
import { PaidUnits } from '../paid-units.ts';
import type { SaleDirectory } from '../sale-directory.ts';
import { PaymentDeeds } from './payment-deeds.ts';
import type { CallbackHeaders, PaymentProvider } from './provider.ts';

export interface StartPaymentCommand {
  order: string;
  /** Default: the only one there is. */
  provider?: string;
  /** Where the buyer's browser goes when he is done. */
  returnUrl?: string;
  /** Of a pre-order: the present stage (default), or all that are left. */
  stages?: 'next' | 'all';
}

export interface PaymentsOptions {
  parts: StockParts;
  policies: OrderPolicies;
  sales: SaleDirectory;
  providers: readonly PaymentProvider[];
}

export class Payments {
  readonly #parts: StockParts;
  readonly #policies: OrderPolicies;
  readonly #providers: ReadonlyMap<string, PaymentProvider>;
  readonly #units: OrderUnitsFinder;
  readonly #deeds: PaymentDeeds;

  constructor({ parts, policies, sales, providers }: PaymentsOptions) {
    this.#parts = parts;
    this.#policies = policies;
    this.#providers = new Map(providers.map((provider) => [provider.name, provider]));
    this.#units = new OrderUnitsFinder(parts);
    this.#deeds = new PaymentDeeds({
      parts,
      units: this.#units,
      paid: new PaidUnits(parts, sales),
      policies,
      providers: this.#providers,
    });
    parts.turns.on('payment', {
      takes: (document) => this.#providers.has(paymentData(document).provider),
      run: (document) => this.#deeds.settle(document.id),
    });
    parts.turns.on('order', { run: (document) => this.#refund(document) });
  }

  get providers(): string[] {
    return [...this.#providers.keys()];
  }

  /** Begins to pay for an order: its units are kept longer once, and the answer says what the buyer must do. */
  async start(command: StartPaymentCommand, options: CallOptions = {}): Promise<Answer<Payment>> {
    const { order, returnUrl } = command;
    const wrong = checkStart(command);
    if (wrong) return wrong;
    const provider = command.provider ?? this.providers[0];
    if (provider === undefined || !this.#providers.has(provider)) {
      return refuse('unknown-provider', { provider: provider ?? '' });
    }
    const answer = await this.#parts.run('finish', options, ['start-payment', command], {
      plan: () =>
        this.#units.plan(order, (found) => {
          const { capture, paymentForMs } = this.#policies.of(orderData(found.order).channel);
          const payment = this.#parts.newId();
          const context: StartContext = { payment, provider, capture, paymentForMs };
          if (returnUrl !== undefined) context.returnUrl = returnUrl;
          if (command.stages === 'all') context.ahead = true;
          return startPayment(found, context);
        }),
      value: paymentOf,
    });
    return this.#asItIsNow(answer);
  }

  /** Does what is to be done; whoever repeats a command gets the same payment, as it is by now. */
  async #asItIsNow(answer: Answer<Payment>): Promise<Answer<Payment>> {
    if (!answer.ok) return answer;
    crashPoint('payment-written');
    await this.#deeds.settle(answer.value.id);
    return { ...answer, value: (await this.payment(answer.value.id))! };
  }

  async payment(id: string): Promise<Payment | undefined> {
    const [document] = await this.#parts.engine.documents([id]);
    return document?.kind === 'payment' ? viewPayment(document) : undefined;
  }

  /** An order's payments, newest first; may be a moment behind what was accepted last. */
  async ofOrder(order: string): Promise<Payment[]> {
    const page = await this.#parts.engine.find({ kind: 'payment', reference: order, limit: 100 });
    return page.documents.map(viewPayment);
  }

  /**
   * Asks the provider now: for a buyer who comes back before its word does. Refused as unavailable where
   * it gives no answer: nobody looks again at a payment that is over, so it must not pass for an answer.
   */
  async refresh(id: string): Promise<Answer<Payment>> {
    const found = await this.payment(id);
    if (found === undefined) return refuse('unknown-payment', { payment: id });
    if (!(await this.#deeds.ask(id))) return refuse('unavailable', { provider: found.provider });
    return { ok: true, repeated: false, value: (await this.payment(id))! };
  }

  /** The buyer will not pay this way: it is ended at its provider, and the order may be paid by another. */
  async cancel(command: { payment: string }, options: CallOptions = {}): Promise<Answer<Payment>> {
    const id = command.payment;
    const answer = await this.#parts.run('finish', options, ['cancel-payment', command], {
      plan: async () => {
        const document = await this.#parts.latest(id);
        if (document?.kind !== 'payment') return refuse('unknown-payment', { payment: id });
        if (document.state !== 'OPEN' && document.state !== 'STARTING') {
          return refuse('payment-over', { payment: id, paymentStatus: document.state });
        }
        return releasePayment(document, 0, 'cancelled');
      },
      value: paymentOf,
    });
    return this.#asItIsNow(answer);
  }

  /** What a provider tells by itself: it counts if its signature is right, however often it comes. */
  async callback(
    name: string,
    raw: Uint8Array,
    headers: CallbackHeaders,
  ): Promise<Answer<{ payment: string }>> {
    const provider = this.#providers.get(name);
    if (provider === undefined) return refuse('unknown-provider', { provider: name });
    const callback = provider.verifyCallback(raw, headers, Date.now());
    if (callback === undefined) return refuse('forged-callback', { provider: name });
    const { payment, reference, truth } = callback;
    const found = await this.payment(payment);
    if (found?.provider !== name) return refuse('unknown-payment', { payment });
    crashPoint('callback-heard');
    await this.#deeds.tell(payment, reference === undefined ? { truth } : { truth, reference });
    crashPoint('callback-taken');
    return { ok: true, repeated: false, value: { payment } };
  }

  /** Money of an order goes back: its payments are told together, then carried on. */
  async #refund({ id }: Document): Promise<void> {
    let payments: Document[] = [];
    await this.#parts.run('finish', {}, ['refund-order', { order: id }], {
      plan: async () => {
        const found = await this.#units.find(id);
        if (found?.order.state !== 'REFUNDING') return refuse('unknown-order', { order: id });
        payments = await this.#unsettled(found.order);
        return refundPayments(found, payments);
      },
      value: () => undefined,
    });
    crashPoint('refund-planned');
    for (const payment of payments) await this.#deeds.settle(payment.id);
  }

  /** Those of which more money is still with us than is to stay, or might be. */
  async #unsettled(order: Document): Promise<Document[]> {
    const { openPayments = [], paidBy, plan } = orderData(order);
    const staged = (plan?.paid ?? []).map(({ payment }) => payment);
    const named = [...openPayments, ...staged, paidBy].filter((id) => id !== undefined);
    const ids = [...new Set(named)];
    const documents = await Promise.all(ids.map((id) => this.#parts.latest(id)));
    return documents.filter((document) => {
      if (document === undefined) return false;
      const more = heldOf(paymentData(document).truth) > keepOf(plan, document.id);
      return !PAYMENT_FINAL.has(document.state) || more;
    }) as Document[];
  }
}

function checkStart(command: StartPaymentCommand): Refused | undefined {
  const { order, provider, returnUrl, stages } = command;
  const wrong =
    checkOrderId(order) ??
    checkText(provider, 'provider', 64) ??
    checkText(returnUrl, 'returnUrl', 2_048);
  if (wrong !== undefined || stages === undefined || stages === 'next') return wrong;
  return stages === 'all' ? undefined : invalid('stages', 'next or all');
}

function paymentOf(entry: Decided): Payment {
  return viewPayment(entry.documents.find(({ kind }) => kind === 'payment')!);
}
