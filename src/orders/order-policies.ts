// What a shop has laid down for the orders of each channel, kept in step with the journal, so that a
// checkout finds it without a read.

import type { Document, Engine } from '../engines/contract.ts';
import { HOLD_DEFAULT_MS } from '../kernel/commands.ts';
import {
  DEFAULT_CHANNEL,
  type OrderPolicyCommand,
  PAYMENT_FOR_DEFAULT_MS,
  QUEUE_FOR_DEFAULT_MS,
} from '../kernel/order-commands.ts';
import { eachNamed, onNamed } from '../stock/named-documents.ts';

export type OrderPolicy = Required<OrderPolicyCommand> & { version: number };

const POLICY: Omit<OrderPolicy, 'channel'> = {
  deduct: 'on-order',
  holdForMs: HOLD_DEFAULT_MS,
  paymentForMs: PAYMENT_FOR_DEFAULT_MS,
  inProgress: 'any',
  onPaymentFailed: 'cancel',
  decides: 'at-once',
  queueForMs: QUEUE_FOR_DEFAULT_MS,
  capture: 'manual',
  version: 0,
};

export class OrderPolicies {
  readonly #engine: Engine;
  readonly #policies = new Map<string, OrderPolicy>();
  #stop: (() => void) | undefined;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async open(engine: Engine): Promise<OrderPolicies> {
    const policies = new OrderPolicies(engine);
    await policies.#start();
    return policies;
  }

  async #start(): Promise<void> {
    const take = (document: Document) => this.take(document);
    this.#stop = onNamed(this.#engine, 'order-policy', { take });
    await eachNamed(this.#engine, 'order-policy', take);
  }

  close(): void {
    this.#stop?.();
  }

  take(document: Document): void {
    if (document.kind !== 'order-policy') return;
    const policy = viewPolicy(document);
    const known = this.#policies.get(policy.channel);
    if (known !== undefined && known.version >= policy.version) return;
    this.#policies.set(policy.channel, policy);
  }

  /** Of a channel, or what holds where nothing was laid down for it. */
  of(channel = DEFAULT_CHANNEL): OrderPolicy {
    const found = this.#policies.get(channel) ?? this.#policies.get(DEFAULT_CHANNEL);
    return found ?? { ...POLICY, channel: DEFAULT_CHANNEL };
  }

  all(): OrderPolicy[] {
    return [...this.#policies.values()].sort((a, b) => (a.channel < b.channel ? -1 : 1));
  }
}

export function viewPolicy(document: Document): OrderPolicy {
  const command = document.data as unknown as OrderPolicyCommand;
  return { ...POLICY, ...command, version: document.version };
}
