// Brings deliveries to their endpoints: one attempt for each that it is given, and what came of it is
// kept. A delivery whose process dies meanwhile is given to another one, and goes out again.

import type { Document } from '../../engines/contract.ts';
import { crashPoint } from '../../engines/crash-point.ts';
import * as delivery from '../../kernel/delivery.ts';
import type { Plan } from '../../kernel/plan.ts';
import { refuse } from '../../kernel/refusals.ts';
import { webhookData, webhookId } from '../../kernel/webhook.ts';
import type { AddressGuard } from '../../outgoing/address-guard.ts';
import { guardedPost, type Posted } from '../../outgoing/guarded-post.ts';
import { signedHeaders } from '../../outgoing/signed-headers.ts';
import type { StockParts } from '../../stock/parts.ts';
import { Lanes, type Place } from './lanes.ts';
import type { WebhookBodies } from './webhook-bodies.ts';

/** Standard Webhooks asks for 15 to 30 s; four of one subject must fit into a turn. */
export const TIMEOUT_MS = 15_000;
const GONE = 410;

export interface CourierParts {
  stock: StockParts;
  guard: AddressGuard;
  bodies: WebhookBodies;
  timeoutMs?: number | undefined;
  /** From 0, below 1. */
  random?: (() => number) | undefined;
  onError: (error: unknown) => void;
}

export class Courier {
  readonly #parts: CourierParts;
  readonly #lanes = new Lanes();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** Takes on a delivery; it is sent behind this, so that no other work waits for it. */
  readonly work = async (document: Document): Promise<void> => {
    crashPoint('webhook-taken');
    const { stock } = this.#parts;
    const { endpoint: name, subject } = delivery.deliveryData(document);
    const [endpoint] = await stock.engine.documents([webhookId(name)]);
    const { nowMs } = stock.engine.clock();
    if (endpoint?.state === 'PAUSED') return this.#write(document, delivery.hold);
    if (endpoint?.state !== 'ACTIVE') {
      const attempt = { atMs: nowMs, error: 'endpoint-gone', tookMs: 0 };
      return this.#write(document, (latest) => delivery.undeliverable(latest, attempt));
    }
    const place = this.#lanes.enter(name, subject, nowMs);
    if (typeof place === 'number') {
      return this.#write(document, (latest) => delivery.putOff(latest, place));
    }
    const sending: Promise<void> = this.#send(document, endpoint, place)
      .catch(this.#parts.onError)
      .finally(() => this.#running.delete(sending));
    this.#running.add(sending);
  };

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** What is under way is put off, for another process to send. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.idle();
  }

  async #send(document: Document, endpoint: Document, place: Place): Promise<void> {
    const startMs = performance.now();
    try {
      await place.turn;
      const atMs = this.#parts.stock.engine.clock().nowMs;
      const posted = await this.#post(document, endpoint, atMs);
      crashPoint('webhook-sent');
      await this.#write(document, await this.#ruleFor(posted, atMs, endpoint));
      crashPoint('webhook-noted');
    } finally {
      place.leave(performance.now() - startMs);
    }
  }

  async #post(document: Document, endpoint: Document, atMs: number): Promise<Posted> {
    const { bodies, guard, timeoutMs = TIMEOUT_MS } = this.#parts;
    const body = await bodies.of(delivery.deliveryData(document));
    if (body === undefined) return { error: 'entry-gone', tookMs: 0 };
    const { url, secret, previous } = webhookData(endpoint);
    const secrets = [secret!];
    if (previous !== undefined && previous.untilMs > atMs) secrets.push(previous.secret);
    const headers = signedHeaders({ id: document.id, atMs, body, secrets });
    const { signal } = this.#stop;
    return guardedPost({ url, headers, body, guard, timeoutMs, signal });
  }

  async #ruleFor(posted: Posted, atMs: number, endpoint: Document): Promise<Rule> {
    const { status, error } = posted;
    const attempt = { atMs, ...posted };
    const { random = Math.random, stock } = this.#parts;
    if (error === 'stopped') return (latest) => delivery.putOff(latest, 0);
    if (error === 'entry-gone') return (latest) => delivery.undeliverable(latest, attempt);
    if (status !== undefined && status >= 200 && status < 300) {
      return (latest) => delivery.delivered(latest, attempt);
    }
    if (status === GONE) {
      return async (latest) =>
        delivery.endpointGone(latest, attempt, (await stock.latest(endpoint.id)) ?? endpoint);
    }
    return (latest) => delivery.notDelivered(latest, { attempt, random: random() });
  }

  /** Unless it was given to another process meanwhile. */
  async #write(document: Document, rule: Rule): Promise<void> {
    const { stock } = this.#parts;
    await stock.run('background', {}, ['deliver', { delivery: document.id }], {
      plan: async () => {
        const latest = await stock.latest(document.id);
        if (latest?.version !== document.version) return refuse('contended');
        return rule(latest);
      },
      value: () => undefined,
    });
  }
}

type Rule = (latest: Document) => Plan | Promise<Plan>;
