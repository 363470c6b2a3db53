// Webhooks: endpoints that are told of events, and what became of each telling. Checks the command, lets
// the kernel plan it, shows the answer; making and sending deliveries is no matter of their kind.

import type { Document } from '../../engines/contract.ts';
import { replay } from '../../kernel/delivery.ts';
import type { Plan } from '../../kernel/plan.ts';
import { putWebhook, removeWebhook, rotateSecret, webhookId } from '../../kernel/webhook.ts';
import {
  checkReplayAll,
  checkWebhook,
  type ReplayAllCommand,
  type ReplayCommand,
  type WebhookCommand,
} from '../../kernel/webhook-commands.ts';
import { AddressGuard } from '../../outgoing/address-guard.ts';
import { newSecret } from '../../outgoing/signed-headers.ts';
import type { Answer, CallOptions } from '../../stock.ts';
import {
  type Deliveries,
  type DeliveryOptions,
  unknownEndpoint,
} from '../deliveries/deliveries.ts';
import type { DeliveryPage, DeliveryQuery } from '../deliveries/delivery-search.ts';
import type { Sending } from '../deliveries/sending.ts';
import { type WebhookSendingParts, webhookSending } from './webhook-sending.ts';
import { type Delivery, viewWebhook, viewWebhookDelivery, type Webhook } from './webhook-views.ts';

export interface WebhookOptions
  extends DeliveryOptions,
    Pick<WebhookSendingParts, 'timeoutMs' | 'random'> {
  /** Ranges of addresses that may be reached though they are not public: `10.1.0.0/16`. */
  privateRanges?: readonly string[] | undefined;
}

export type WebhookDeliveryQuery = Omit<DeliveryQuery, 'of'> & { webhook: string };

export class Webhooks {
  readonly #deliveries: Deliveries;

  constructor(deliveries: Deliveries) {
    this.#deliveries = deliveries;
  }

  /** How they are told; undefined where nothing is sent. */
  static sending(deliveries: Deliveries, options: WebhookOptions): Sending | undefined {
    const guard = new AddressGuard(options.privateRanges);
    const { bodies, parts: stock } = deliveries;
    const { timeoutMs, random } = options;
    return bodies && webhookSending({ stock, guard, bodies, timeoutMs, random });
  }

  /** Resolves when every event that is known has its deliveries, and none is being sent. */
  idle(): Promise<void> {
    return this.#deliveries.idle();
  }

  // ── Endpoints ─────────────────────────────────────────────────────────────────────────────────

  /** Creates an endpoint, with its secret in the answer, or changes it. */
  async put(command: WebhookCommand, options: CallOptions = {}): Promise<Answer<Webhook>> {
    const wrong = checkWebhook(command);
    if (wrong) return wrong;
    const secret = newSecret();
    const answer = await this.#deliveries.put(webhookId(command.webhook), options, {
      asked: ['put-webhook', command],
      rule: (context) => putWebhook(command, { ...context, secret }),
    });
    if (!answer.ok) return answer;
    const { document, isNew } = answer.value;
    return { ...answer, value: viewWebhook(document, { secret: isNew }) };
  }

  /** Another secret from now on, which is in the answer; the one before signs too for a day. */
  rotate(webhook: string, options: CallOptions = {}): Promise<Answer<Webhook>> {
    const secret = newSecret();
    const { nowMs } = this.#deliveries.parts.engine.clock();
    return this.#verb('rotate-webhook', webhook, options, (document) =>
      rotateSecret(document, { secret, nowMs }),
    );
  }

  remove(webhook: string, options: CallOptions = {}): Promise<Answer<Webhook>> {
    return this.#verb('remove-webhook', webhook, options, removeWebhook);
  }

  async webhook(name: string): Promise<Webhook | undefined> {
    const found = await this.#deliveries.endpoint(webhookId(name));
    return found && viewWebhook(found);
  }

  webhooks(): Webhook[] {
    return this.#deliveries.endpoints('webhook').map((document) => viewWebhook(document));
  }

  // ── Deliveries ────────────────────────────────────────────────────────────────────────────────

  /** Newest first. May be a little behind; `asOf` says where it stands. */
  deliveries({ webhook, ...rest }: WebhookDeliveryQuery): Promise<DeliveryPage<Delivery>> {
    const query = { ...rest, of: webhook };
    return this.#deliveries.search('webhook').page(query, viewWebhookDelivery);
  }

  /** Sends one again that is over. */
  async replay(command: ReplayCommand, options: CallOptions = {}): Promise<Answer<Delivery>> {
    const { webhook: of, delivery } = command;
    const { engine } = this.#deliveries.parts;
    const answer = await this.#deliveries.replayOne({ kind: 'webhook', of, delivery }, options, {
      asked: ['replay', command],
      rule: (latest) => replay(latest, engine.clock().nowMs),
    });
    return answer.ok ? { ...answer, value: viewWebhookDelivery(answer.value) } : answer;
  }

  /** Sends those again that are over; how many. */
  async replayAll(command: ReplayAllCommand): Promise<Answer<{ replayed: number }>> {
    const wrong = checkReplayAll(command);
    if (wrong) return wrong;
    const { webhook: of, sinceMs, all = false } = command;
    if ((await this.webhook(of)) === undefined) return unknownEndpoint('webhook', of);
    const states = all ? ['FAILED', 'DONE'] : ['FAILED'];
    const { engine } = this.#deliveries.parts;
    const replayed = await this.#deliveries.moveAll(
      { kind: 'webhook', of, states, sinceMs },
      (latest) => replay(latest, engine.clock().nowMs),
    );
    return { ok: true, repeated: false, value: { replayed } };
  }

  async #verb(
    name: string,
    webhook: string,
    options: CallOptions,
    rule: (document: Document) => Plan,
  ): Promise<Answer<Webhook>> {
    const answer = await this.#deliveries.change(webhookId(webhook), options, {
      asked: [name, { webhook }],
      rule,
      unknown: unknownEndpoint('webhook', webhook),
    });
    if (!answer.ok) return answer;
    const secret = name === 'rotate-webhook';
    return { ...answer, value: viewWebhook(answer.value, { secret }) };
  }
}
