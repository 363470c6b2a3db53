// A payment provider in this process with a ledger of its own, for sequences of events by the thousand:
// what it moved is written down apart from what anybody was told. The provider that ships with the
// product is a process and has tests of its own.

import { mergeTruth, type PaymentTruth } from '../../../src/kernel/payment-truth.ts';
import {
  type Callback,
  type CreatedPayment,
  type CreatePayment,
  type MoneyDeed,
  type PaymentDeed,
  type PaymentProvider,
  ProviderError,
  type ProviderFailure,
} from '../../../src/orders/payments/provider.ts';

interface Account {
  payment: string;
  order: string;
  capture: 'automatic' | 'manual';
  asked: { amount: number; currency: string };
  truth: PaymentTruth;
  refunds: Map<string, PaymentTruth>;
}

export class LedgerProvider implements PaymentProvider {
  readonly name: string;
  readonly accounts = new Map<string, Account>();
  /** Callbacks that were sent and not yet handed over, oldest first. */
  readonly sent: Callback[] = [];
  /** What becomes of a call: before it is done, and of its answer after it is. */
  fault: () => ProviderFailure | undefined = () => undefined;
  #last = 0;

  constructor(name = 'ledger') {
    this.name = name;
  }

  async create(ask: CreatePayment): Promise<CreatedPayment> {
    return this.#answer(() => {
      let account = this.accounts.get(ask.payment);
      if (account === undefined) {
        const { payment, order, capture, amount: asked } = ask;
        account = {
          payment,
          order,
          capture,
          asked,
          truth: nothing(asked.currency),
          refunds: new Map(),
        };
        this.accounts.set(payment, account);
      }
      return { reference: `ref-${ask.payment}`, action: { kind: 'none' }, truth: account.truth };
    });
  }

  async query({ payment }: { payment: string }): Promise<PaymentTruth | undefined> {
    return this.#answer(() => this.accounts.get(payment)?.truth);
  }

  async capture({ payment, amount }: MoneyDeed): Promise<PaymentTruth> {
    return this.#answer(() => {
      const account = this.accounts.get(payment)!;
      if (account.truth.voided) refuse('voided');
      // Asked again, it was captured the first time; more may have come since.
      if (account.truth.captured > 0) return account.truth;
      if (amount.amount > account.truth.authorised) refuse('exceeds-authorised');
      return this.#set(account, { captured: amount.amount });
    });
  }

  async void({ payment }: PaymentDeed): Promise<PaymentTruth> {
    return this.#answer(() => {
      const account = this.accounts.get(payment)!;
      if (account.truth.captured > 0) refuse('captured');
      return this.#set(account, { voided: true });
    });
  }

  async refund({ payment, amount, key }: MoneyDeed): Promise<PaymentTruth> {
    return this.#answer(() => {
      const account = this.accounts.get(payment)!;
      const done = account.refunds.get(key);
      if (done !== undefined) return account.truth;
      const { captured, refunded } = account.truth;
      if (refunded + amount.amount > captured) refuse('exceeds-captured');
      const truth = this.#set(account, { refunded: refunded + amount.amount });
      account.refunds.set(key, truth);
      return truth;
    });
  }

  /** The body says it all: signatures are the business of real providers. */
  verifyCallback(raw: Uint8Array): Callback | undefined {
    const text = Buffer.from(raw).toString();
    return text.startsWith('{"id"') ? JSON.parse(text) : undefined;
  }

  /** The buyer pays, whatever amount; false where the provider takes no money for it. */
  pay(payment: string, amount?: number, currency?: string): boolean {
    const account = this.accounts.get(payment);
    if (account === undefined || account.truth.voided || account.truth.authorised > 0) return false;
    const paid = amount ?? account.asked.amount;
    const money = { authorised: paid, currency: currency ?? account.asked.currency };
    delete account.truth.failed;
    this.#set(account, account.capture === 'automatic' ? { ...money, captured: paid } : money);
    return true;
  }

  /** Money that nobody can keep from coming: a transfer for what was paid before. */
  payTwice(payment: string): boolean {
    const account = this.accounts.get(payment);
    if (account === undefined || account.truth.captured === 0) return false;
    const captured = account.truth.captured + account.asked.amount;
    this.#set(account, { captured, authorised: Math.max(captured, account.truth.authorised) });
    return true;
  }

  decline(payment: string): boolean {
    const account = this.accounts.get(payment);
    if (account === undefined || account.truth.authorised > 0 || account.truth.voided) return false;
    this.#set(account, { failed: 'declined' });
    return true;
  }

  /** The authorisation lapses at the provider, as they do after days. */
  lapse(payment: string): boolean {
    const account = this.accounts.get(payment);
    if (account === undefined || account.truth.captured > 0) return false;
    this.#set(account, { voided: true });
    return true;
  }

  /** Money of the buyer that is with us now, captured or set aside. */
  taken(payment: string): { captured: number; setAside: number } {
    const { truth } = this.accounts.get(payment) ?? { truth: nothing('EUR') };
    const { authorised, captured, refunded, voided } = truth;
    const open = captured === 0 && !voided ? authorised : 0;
    return { captured: captured - refunded, setAside: open };
  }

  #set(account: Account, change: Partial<PaymentTruth>): PaymentTruth {
    account.truth = mergeTruth({ ...account.truth, ...change }, { ...account.truth, ...change });
    this.#last += 1;
    const { payment, truth } = account;
    this.sent.push({ id: `cb-${this.#last}`, payment, reference: `ref-${payment}`, truth });
    return truth;
  }

  #answer<T>(deed: () => T): T {
    const fault = this.fault();
    if (fault === 'unreachable') throw new ProviderError('unreachable', 'down');
    const answer = structuredClone(deed());
    if (fault === 'unknown-outcome') throw new ProviderError('unknown-outcome', 'cut');
    return answer;
  }
}

function nothing(currency: string): PaymentTruth {
  return { currency, authorised: 0, captured: 0, refunded: 0, voided: false };
}

function refuse(reason: string): never {
  throw new ProviderError('refused', reason);
}
