// Carries a payment on until nothing is left to do about it now: asks its provider what the kernel says
// must be asked, and hands back what it tells. Every step is written down before it is taken and can be
// taken again; what cannot be had now is left for the next turn.

import type { Document } from '../../engines/contract.ts';
import { crashPoint } from '../../engines/crash-point.ts';
import { orderData } from '../../kernel/order.ts';
import type { OrderUnits } from '../../kernel/order-ends.ts';
import {
  nextDeed,
  PAYMENT_FINAL,
  type PaymentDeed,
  type PaymentState,
  paymentData,
} from '../../kernel/payment.ts';
import { captureRefused, releasePayment } from '../../kernel/payment-ends.ts';
import { lookAgainMs } from '../../kernel/payment-pace.ts';
import { paymentTold, type Told } from '../../kernel/payment-told.ts';
import { mergeTruth } from '../../kernel/payment-truth.ts';
import type { Plan } from '../../kernel/plan.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Answer } from '../../stock.ts';
import type { OrderPolicies } from '../order-policies.ts';
import type { OrderUnitsFinder } from '../order-units.ts';
import type { PaidUnits } from '../paid-units.ts';
import { askProvider, queryProvider } from './ask-provider.ts';
import { type PaymentProvider, ProviderError } from './provider.ts';

export interface DeedParts {
  parts: StockParts;
  units: OrderUnitsFinder;
  paid: PaidUnits;
  policies: OrderPolicies;
  providers: ReadonlyMap<string, PaymentProvider>;
}

type AskedDeed = Exclude<PaymentDeed, 'nothing'>;

/** Deeds in one go; a payment needs three or four from first to last. */
const DEEDS_MAX = 12;

export class PaymentDeeds {
  readonly #its: DeedParts;

  constructor(parts: DeedParts) {
    this.#its = parts;
  }

  /** Does what is to be done about a payment now. Asks its provider at least once, if it is not over. */
  async settle(id: string): Promise<void> {
    let before = '';
    for (let count = 0; count < DEEDS_MAX; count += 1) {
      const payment = await this.#latest(id);
      if (payment === undefined || PAYMENT_FINAL.has(payment.state)) return;
      const ended = await this.#endWithItsOrder(payment);
      if (ended) continue;
      const data = paymentData(payment);
      const deed = nextDeed({ state: payment.state as PaymentState, data });
      // What was done has changed nothing: the next turn looks again.
      const step = `${deed} ${payment.state} ${JSON.stringify(data.truth)}`;
      if (step === before || deed === 'nothing') return;
      before = step;
      if (!(await this.#do(deed, payment))) return;
    }
  }

  /** Asks the provider how things stand, then does what follows; false: it gave no answer. */
  async ask(id: string): Promise<boolean> {
    const payment = await this.#latest(id);
    if (payment === undefined) return true;
    // One that is over and never was at its provider is not made there now.
    const known = paymentData(payment).reference !== undefined;
    if (!known && PAYMENT_FINAL.has(payment.state)) return true;
    const answered = await this.#do(known ? 'query' : 'create', payment);
    await this.settle(id);
    return answered;
  }

  /** Takes in what a provider told, then does what follows. */
  async tell(id: string, told: Told): Promise<void> {
    await this.#tell(id, told);
    await this.settle(id);
  }

  /** An order that has ended wants no payment; one that waits at its provider is looked at, then ended. */
  async #endWithItsOrder(payment: Document): Promise<boolean> {
    if (payment.state !== 'OPEN' && payment.state !== 'STARTING') return false;
    const found = await this.#its.units.settled(paymentData(payment).order);
    const state = found?.order.state;
    if (state === 'RESERVED' || state === 'PENDING') return false;
    // Money that came in time may still take the units again.
    if (paymentData(payment).reference !== undefined) await this.#do('query', payment);
    await this.#run(payment.id, (latest) =>
      latest.state === 'OPEN' || latest.state === 'STARTING'
        ? releasePayment(latest, 0, 'order-over')
        : undefined,
    );
    crashPoint('payment-released');
    return true;
  }

  /** Whether the provider gave an answer. */
  async #do(deed: AskedDeed, payment: Document): Promise<boolean> {
    const provider = this.#its.providers.get(paymentData(payment).provider);
    if (provider === undefined) return false;
    if (deed !== 'query' && !(await this.#isRecorded(payment))) return false;
    try {
      return await this.#done(deed, payment, provider);
    } catch (error) {
      // It is away, or what it did is not known: the next turn finds out.
      if (error instanceof ProviderError) return false;
      throw error;
    }
  }

  /**
   * Whether what a deed rests on can no more be lost: an order that nobody remembers gives no money back. What is not
   * recorded yet is waited for; one that has gone on meanwhile, or was never recorded, is left for the next turn.
   *
   * @throws HoldfastError `unavailable` while nothing is recorded
   */
  async #isRecorded({ id, version }: Document): Promise<boolean> {
    const { engine } = this.#its.parts;
    if (engine.recordedDocuments === undefined) return true;
    const [recorded] = await engine.recordedDocuments([id]);
    return recorded?.version === version;
  }

  async #done(deed: AskedDeed, payment: Document, provider: PaymentProvider): Promise<boolean> {
    try {
      const data = paymentData(payment);
      crashPoint(`before-${deed}`);
      const told = await askProvider(provider, { deed, payment, data });
      crashPoint(`after-${deed}`);
      await this.#tell(payment.id, told);
      return true;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== 'refused') throw error;
      return this.#refused(deed, payment, { provider, reason: error.reason });
    }
  }

  /** A "no" that is final for the deed: what the provider knows says what to do instead. */
  async #refused(
    deed: AskedDeed,
    payment: Document,
    { provider, reason }: { provider: PaymentProvider; reason: string },
  ): Promise<boolean> {
    const { id } = payment;
    const data = paymentData(payment);
    if (deed === 'create') {
      await this.#tell(id, { truth: { ...data.truth, failed: reason } });
      return true;
    }
    const truth = await queryProvider(provider, id, data);
    await this.#tell(id, { truth });
    const merged = mergeTruth(data.truth, truth);
    const same = JSON.stringify(merged) === JSON.stringify(data.truth);
    if (deed !== 'capture' || !same) return !same;
    await this.#runWithOrder(id, (latest, found) => captureRefused(latest, found, reason));
    return true;
  }

  async #tell(id: string, told: Told): Promise<void> {
    const answer = await this.#take(id, told);
    crashPoint('payment-told');
    if (answer === undefined || answer.ok) return;
    // The units are not there: decided again, knowing that, the money goes back.
    const again = await this.#take(id, told, answer.code);
    if (again !== undefined && !again.ok) throw new Error(`payment ${id}: ${again.code}`);
  }

  #take(id: string, told: Told, gone?: string): Promise<Answer<undefined> | undefined> {
    return this.#runWithOrder(id, async (payment, found) => {
      if (isKnown(payment, told)) return undefined;
      const { onPaymentFailed: onFailed } = this.#its.policies.of(orderData(found.order).channel);
      const reserving = await this.#its.paid.reserving(found);
      const afterMs = lookAgainMs(payment, Math.random());
      const { nowMs } = this.#its.parts.engine.clock();
      const context = {
        afterMs,
        onFailed,
        reserving,
        nowMs,
        ...(gone === undefined ? {} : { gone }),
      };
      return paymentTold(payment, found, { told, context });
    });
  }

  #runWithOrder(
    id: string,
    rule: (payment: Document, found: OrderUnits) => Plan | undefined | Promise<Plan | undefined>,
  ): Promise<Answer<undefined> | undefined> {
    return this.#run(id, async (payment) => {
      const found = await this.#its.units.settled(paymentData(payment).order);
      return found && rule(payment, found);
    });
  }

  /** Carries out what a rule makes of the payment; nothing where it makes nothing of it. */
  async #run(
    id: string,
    rule: (payment: Document) => Plan | undefined | Promise<Plan | undefined>,
  ): Promise<Answer<undefined> | undefined> {
    let nothing = false;
    const answer = await this.#its.parts.run('finish', {}, ['payment', { id }], {
      plan: async () => {
        const payment = await this.#latest(id);
        const plan = payment && (await rule(payment));
        nothing = plan === undefined;
        return plan ?? refuse('unknown-payment', { payment: id });
      },
      value: () => undefined,
    });
    return nothing ? undefined : answer;
  }

  async #latest(id: string): Promise<Document | undefined> {
    const document = await this.#its.parts.latest(id);
    return document?.kind === 'payment' ? document : undefined;
  }
}

/** Told before, and nothing is waiting for it: no need to write it down again. */
function isKnown(payment: Document, told: Told): boolean {
  if (!PAYMENT_FINAL.has(payment.state)) return false;
  const { truth } = paymentData(payment);
  return JSON.stringify(mergeTruth(truth, told.truth)) === JSON.stringify(mergeTruth(truth, truth));
}
