// Webhooks: endpoints that are told of events, and what became of each telling. Checks the command, lets
// the kernel plan it, shows the answer; making and sending have a file each.

import type { Decided, Document } from '../../engines/contract.ts';
import { release, replay } from '../../kernel/delivery.ts';
import type { Plan } from '../../kernel/plan.ts';
import { refuse } from '../../kernel/refusals.ts';
import {
  CURSOR_ID,
  putWebhook,
  removeWebhook,
  rotateSecret,
  webhookId,
} from '../../kernel/webhook.ts';
import {
  checkReplayAll,
  checkWebhook,
  type ReplayAllCommand,
  type ReplayCommand,
  type WebhookCommand,
} from '../../kernel/webhook-commands.ts';
import { AddressGuard } from '../../outgoing/address-guard.ts';
import { newSecret } from '../../outgoing/signed-headers.ts';
import type { Answer, CallOptions, Stock } from '../../stock.ts';
import { Courier, type CourierParts } from './courier.ts';
import { DeliveryMaker } from './delivery-maker.ts';
import { type DeliveryPage, type DeliveryQuery, DeliverySearch } from './delivery-search.ts';
import { Endpoints } from './endpoints.ts';
import { RecentEntries } from './recent-entries.ts';
import { WebhookBodies, type WebhookFormat } from './webhook-bodies.ts';
import { type Delivery, viewDelivery, viewWebhook, type Webhook } from './webhook-views.ts';

export interface WebhookOptions extends Pick<CourierParts, 'timeoutMs' | 'random'> {
  /** How what is sent looks. Without it nothing is sent. */
  format?: WebhookFormat | undefined;
  /** Ranges of addresses that may be reached though they are not public: `10.1.0.0/16`. */
  privateRanges?: readonly string[] | undefined;
  onError?: ((error: unknown) => void) | undefined;
}

export class Webhooks {
  readonly #parts: Stock['parts'];
  readonly #endpoints: Endpoints;
  readonly #recent: RecentEntries;
  readonly #maker: DeliveryMaker;
  readonly #search: DeliverySearch;
  #courier: Courier | undefined;

  private constructor({ parts }: Stock) {
    this.#parts = parts;
    this.#endpoints = new Endpoints(parts.engine);
    this.#recent = new RecentEntries(parts.engine);
    const made = { stock: parts, endpoints: this.#endpoints, recent: this.#recent };
    this.#maker = new DeliveryMaker(made);
    this.#search = new DeliverySearch(parts.engine);
  }

  /** Webhooks over a stock, which stays its owner's to close. */
  static async open(stock: Stock, options: WebhookOptions = {}): Promise<Webhooks> {
    const guard = new AddressGuard(options.privateRanges);
    return new Webhooks(stock).#start(guard, options);
  }

  async #start(guard: AddressGuard, options: WebhookOptions): Promise<this> {
    const { format, timeoutMs, random, onError = () => {} } = options;
    await this.#endpoints.start((entries) => {
      if (this.#endpoints.inUse.length > 0) this.#recent.take(entries);
      this.#maker.wake();
    });
    if (format === undefined) return this;
    const { engine, turns } = this.#parts;
    const bodies = new WebhookBodies({ engine, recent: this.#recent, format });
    const sending = { stock: this.#parts, guard, bodies, timeoutMs, random, onError };
    this.#courier = new Courier(sending);
    turns.on('delivery', { run: this.#courier.work });
    this.#maker.start();
    return this;
  }

  async close(): Promise<void> {
    this.#endpoints.stop();
    await this.#maker.stop();
    await this.#courier?.stop();
  }

  /** Resolves when every event that is known has its deliveries, and none is being sent. */
  async idle(): Promise<void> {
    await this.#maker.idle();
    await this.#parts.turns.idle();
    await this.#courier?.idle();
  }

  // ── Endpoints ─────────────────────────────────────────────────────────────────────────────────

  /** Creates an endpoint, with its secret in the answer, or changes it. */
  async put(command: WebhookCommand, options: CallOptions = {}): Promise<Answer<Webhook>> {
    const wrong = checkWebhook(command);
    if (wrong) return wrong;
    const secret = newSecret();
    const ids = [webhookId(command.webhook), CURSOR_ID];
    const answer = await this.#parts.run('finish', options, ['put-webhook', command], {
      plan: async () => {
        const [found, cursor] = await this.#parts.engine.documents(ids);
        const { position } = this.#parts.engine.health();
        return putWebhook(command, { found, cursor, secret, position });
      },
      value: (entry: Decided) => entry,
    });
    if (!answer.ok) return answer;
    const { documents, events } = answer.value;
    const document = this.#taken(documents[0]!);
    if (document.state === 'ACTIVE' && document.version > 1) void this.#release(command.webhook);
    const isNew = events[0]!.type === 'webhook.created';
    return { ...answer, value: viewWebhook(document, { secret: isNew }) };
  }

  /** Another secret from now on, which is in the answer; the one before signs too for a day. */
  rotate(webhook: string, options: CallOptions = {}): Promise<Answer<Webhook>> {
    const secret = newSecret();
    const { nowMs } = this.#parts.engine.clock();
    return this.#verb('rotate-webhook', webhook, options, (document) =>
      rotateSecret(document, { secret, nowMs }),
    );
  }

  remove(webhook: string, options: CallOptions = {}): Promise<Answer<Webhook>> {
    return this.#verb('remove-webhook', webhook, options, removeWebhook);
  }

  async webhook(name: string): Promise<Webhook | undefined> {
    const [found] = await this.#parts.engine.documents([webhookId(name)]);
    return found === undefined || found.state === 'REMOVED' ? undefined : viewWebhook(found);
  }

  webhooks(): Webhook[] {
    return this.#endpoints.all.map((document) => viewWebhook(document));
  }

  // ── Deliveries ────────────────────────────────────────────────────────────────────────────────

  /** Newest first. May be a little behind; `asOf` says where it stands. */
  deliveries(query: DeliveryQuery): Promise<DeliveryPage> {
    return this.#search.page(query);
  }

  /** Sends one again that is over. */
  async replay(command: ReplayCommand, options: CallOptions = {}): Promise<Answer<Delivery>> {
    const { webhook, delivery: id } = command;
    const { engine } = this.#parts;
    return this.#parts.run('finish', options, ['replay', command], {
      plan: async () => {
        const found = await this.#parts.latest(id);
        if (found?.kind !== 'delivery' || found.reference !== webhook) {
          return refuse('unknown-delivery', { delivery: id });
        }
        return replay(found, engine.clock().nowMs);
      },
      value: (entry: Decided) => viewDelivery(entry.documents[0]!),
    });
  }

  /** Sends those again that are over; how many. */
  async replayAll(command: ReplayAllCommand): Promise<Answer<{ replayed: number }>> {
    const wrong = checkReplayAll(command);
    if (wrong) return wrong;
    const { webhook, sinceMs, all = false } = command;
    if ((await this.webhook(webhook)) === undefined) return refuse('unknown-webhook', { webhook });
    let replayed = 0;
    const states = all ? ['FAILED', 'DONE'] : ['FAILED'];
    for await (const page of this.#search.since({ webhook, states, sinceMs })) {
      const { nowMs } = this.#parts.engine.clock();
      const answers = await Promise.all(
        page.map((one) => this.#move(one, states, (latest) => replay(latest, nowMs))),
      );
      replayed += answers.filter(({ ok }) => ok).length;
    }
    return { ok: true, repeated: false, value: { replayed } };
  }

  /** What was held while the endpoint was paused goes; what is not found yet, once it looks itself. */
  async #release(webhook: string): Promise<void> {
    try {
      const states = ['HELD'];
      for await (const page of this.#search.since({ webhook, states, sinceMs: 0 })) {
        await Promise.all(page.map((one) => this.#move(one, states, release)));
      }
    } catch {
      // They look again by themselves.
    }
  }

  #move({ id }: Document, states: readonly string[], rule: (latest: Document) => Plan) {
    return this.#parts.run('background', {}, ['move-delivery', { delivery: id }], {
      plan: async () => {
        const latest = await this.#parts.latest(id);
        if (latest === undefined || !states.includes(latest.state)) return refuse('contended');
        return rule(latest);
      },
      value: () => undefined,
    });
  }

  async #verb(
    name: string,
    webhook: string,
    options: CallOptions,
    rule: (document: Document) => Plan,
  ): Promise<Answer<Webhook>> {
    const answer = await this.#parts.run('finish', options, [name, { webhook }], {
      plan: async () => {
        const found = await this.#parts.latest(webhookId(webhook));
        return found === undefined ? refuse('unknown-webhook', { webhook }) : rule(found);
      },
      value: (entry: Decided) => entry.documents[0]!,
    });
    if (!answer.ok) return answer;
    const secret = name === 'rotate-webhook';
    return { ...answer, value: viewWebhook(this.#taken(answer.value), { secret }) };
  }

  #taken(document: Document): Document {
    this.#endpoints.take(document);
    return document;
  }
}
