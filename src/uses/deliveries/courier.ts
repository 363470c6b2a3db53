// Brings deliveries to where they go: one attempt for each that it is given, and what came of it is kept.
// A delivery whose process dies meanwhile is given to another one, and goes out again.

import type { Document } from '../../engines/contract.ts';
import { crashPoint } from '../../engines/crash-point.ts';
import * as delivery from '../../kernel/delivery.ts';
import type { EndpointKind } from '../../kernel/endpoint.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { StockParts } from '../../stock/parts.ts';
import { Lanes, type Place } from './lanes.ts';
import { notSent, type Rule, type Sending } from './sending.ts';

/** Standard Webhooks asks for 15 to 30 s; four of one subject must fit into a turn. */
export const TIMEOUT_MS = 15_000;

export interface CourierParts {
  stock: StockParts;
  onError: (error: unknown) => void;
}

export class Courier {
  readonly #parts: CourierParts;
  readonly #ways = new Map<string, Sending>();
  readonly #lanes = new Lanes();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** Says how endpoints of a kind are told; from now on those that are due go out. */
  goesBy(kind: EndpointKind, sending: Sending): void {
    this.#ways.set(kind, sending);
    // What falls due while it stops is another process's to send.
    const takes = () => !this.#stop.signal.aborted;
    this.#parts.stock.turns.on(delivery.DELIVERY_KINDS[kind], { run: this.#work, takes });
  }

  /** Takes on a delivery; it is sent behind this, so that no other work waits for it. */
  readonly #work = async (document: Document): Promise<void> => {
    crashPoint('webhook-taken');
    const { stock } = this.#parts;
    const { subject } = delivery.deliveryData(document);
    const id = delivery.endpointOf(document);
    const [endpoint] = await stock.engine.documents([id]);
    const { nowMs } = stock.engine.clock();
    if (endpoint?.state === 'PAUSED') return this.#write(document, delivery.hold);
    if (endpoint?.state !== 'ACTIVE') {
      const attempt = notSent(nowMs, 'endpoint-gone');
      return this.#write(document, (latest) => delivery.undeliverable(latest, attempt));
    }
    const place = this.#lanes.enter(id, subject, nowMs);
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
      const stopping = this.#stop.signal;
      const send = this.#ways.get(endpoint.kind)!;
      const rule = await send({ delivery: document, endpoint, atMs, stopping });
      crashPoint('webhook-sent');
      await this.#write(document, rule);
      crashPoint('webhook-noted');
    } finally {
      place.leave(performance.now() - startMs);
    }
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
