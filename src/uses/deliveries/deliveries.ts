// Deliveries of events, to whatever kind of endpoint: laid down, made, sent, listed and sent again. One
// cursor, one maker and one courier serve all kinds; what sending means is each kind's own.

import type { Decided, Document } from '../../engines/contract.ts';
import { DELIVERY_KINDS, release } from '../../kernel/delivery.ts';
import {
  CURSOR_ID,
  type EndpointContext,
  type EndpointKind,
  isStanding,
} from '../../kernel/endpoint.ts';
import type { Plan } from '../../kernel/plan.ts';
import { type RefusalCode, type Refused, refuse } from '../../kernel/refusals.ts';
import type { Answer, CallOptions, Stock } from '../../stock.ts';
import { Courier } from './courier.ts';
import { DeliveryMaker } from './delivery-maker.ts';
import { DeliverySearch } from './delivery-search.ts';
import { Endpoints } from './endpoints.ts';
import { EventBodies, type EventFormat } from './event-bodies.ts';
import { RecentEntries } from './recent-entries.ts';
import type { Sending } from './sending.ts';

export interface DeliveryOptions {
  /** How events look outside. Without it nothing is sent. */
  format?: EventFormat | undefined;
  onError?: ((error: unknown) => void) | undefined;
}

export class Deliveries {
  readonly parts: Stock['parts'];
  /** What is told; missing where nothing is sent. */
  readonly bodies: EventBodies | undefined;
  readonly onError: (error: unknown) => void;
  readonly #endpoints: Endpoints;
  readonly #recent: RecentEntries;
  readonly #maker: DeliveryMaker;
  readonly #courier: Courier;
  #releasing: Promise<unknown> = Promise.resolve();

  private constructor({ parts }: Stock, { format, onError = () => {} }: DeliveryOptions) {
    const { engine } = parts;
    this.parts = parts;
    this.onError = onError;
    this.#endpoints = new Endpoints(engine);
    this.#recent = new RecentEntries(engine);
    if (format !== undefined) {
      this.bodies = new EventBodies({ engine, recent: this.#recent, format });
    }
    const made = { stock: parts, endpoints: this.#endpoints, recent: this.#recent };
    this.#maker = new DeliveryMaker(made);
    this.#courier = new Courier({ stock: parts, onError });
  }

  /** Deliveries over a stock, which stays its owner's to close. Nothing goes out before `start`. */
  static async open(stock: Stock, options: DeliveryOptions = {}): Promise<Deliveries> {
    const deliveries = new Deliveries(stock, options);
    await deliveries.#follow();
    return deliveries;
  }

  async #follow(): Promise<void> {
    await this.#endpoints.start((entries) => {
      if (this.#endpoints.inUse.length > 0) this.#recent.take(entries);
      this.#maker.wake();
    });
  }

  /** Sends what is due, each kind in its way. */
  start(ways: Readonly<Record<EndpointKind, Sending>>): void {
    for (const [kind, sending] of Object.entries(ways)) {
      this.#courier.goesBy(kind as EndpointKind, sending);
    }
    this.#maker.start();
  }

  async close(): Promise<void> {
    this.#endpoints.stop();
    await this.#maker.stop();
    await this.#releasing;
    await this.#courier.stop();
  }

  /** Resolves when every event that is known has its deliveries, and none is being sent. */
  async idle(): Promise<void> {
    await this.#maker.idle();
    await this.#releasing;
    await this.parts.turns.idle();
    await this.#courier.idle();
  }

  search(kind: EndpointKind): DeliverySearch {
    return new DeliverySearch(this.parts.engine, DELIVERY_KINDS[kind]);
  }

  // ── Endpoints ─────────────────────────────────────────────────────────────────────────────────

  endpoints(kind: EndpointKind): Document[] {
    return this.#endpoints.all(kind);
  }

  async endpoint(id: string): Promise<Document | undefined> {
    const [found] = await this.parts.engine.documents([id]);
    return isStanding(found) ? found : undefined;
  }

  /** Creates an endpoint or changes it, by a rule; with what was written, and whether it is new. */
  async put(
    id: string,
    options: CallOptions,
    { asked, rule }: { asked: readonly [string, object]; rule: (context: EndpointContext) => Plan },
  ): Promise<Answer<{ document: Document; isNew: boolean }>> {
    const answer = await this.parts.run('finish', options, asked, {
      plan: async () => {
        const [found, cursor] = await this.parts.engine.documents([id, CURSOR_ID]);
        const { position } = this.parts.engine.health();
        return rule({ found, cursor, position });
      },
      value: (entry: Decided) => entry,
    });
    if (!answer.ok) return answer;
    const { documents, events } = answer.value;
    const document = documents[0]!;
    this.#endpoints.take(document);
    if (document.state === 'ACTIVE' && document.version > 1) this.#release(document);
    const isNew = events[0]!.type.endsWith('.created');
    return { ...answer, value: { document, isNew } };
  }

  /** Changes an endpoint by a rule; `unknown` is said where there is none. */
  async change(
    id: string,
    options: CallOptions,
    change: {
      asked: readonly [string, object];
      rule: (document: Document) => Plan;
      unknown: Refused;
    },
  ): Promise<Answer<Document>> {
    const { asked, rule, unknown } = change;
    const answer = await this.parts.run('finish', options, asked, {
      plan: async () => {
        const found = await this.parts.latest(id);
        return found === undefined ? unknown : rule(found);
      },
      value: (entry: Decided) => entry.documents[0]!,
    });
    if (answer.ok) this.#endpoints.take(answer.value);
    return answer;
  }

  // ── Deliveries ────────────────────────────────────────────────────────────────────────────────

  /** Sends one again that is over, by a rule. */
  replayOne(
    one: { kind: EndpointKind; of: string; delivery: string },
    options: CallOptions,
    { asked, rule }: { asked: readonly [string, object]; rule: (latest: Document) => Plan },
  ): Promise<Answer<Document>> {
    return this.parts.run('finish', options, asked, {
      plan: async () => {
        const found = await this.parts.latest(one.delivery);
        if (found?.kind !== DELIVERY_KINDS[one.kind] || found.reference !== one.of) {
          return refuse('unknown-delivery', { delivery: one.delivery });
        }
        return rule(found);
      },
      value: (entry: Decided) => entry.documents[0]!,
    });
  }

  /** Moves all of an endpoint that are in these states, by a rule; how many. */
  async moveAll(
    found: { kind: EndpointKind; of: string; states: readonly string[]; sinceMs: number },
    rule: (latest: Document) => Plan,
  ): Promise<number> {
    let moved = 0;
    for await (const page of this.search(found.kind).since(found)) {
      const answers = await Promise.all(page.map((one) => this.#move(one, found.states, rule)));
      moved += answers.filter(({ ok }) => ok).length;
    }
    return moved;
  }

  /** What was held while the endpoint was paused goes; what is not found yet, once it looks itself. */
  #release({ id, kind }: Document): void {
    const of = id.slice(kind.length + 1);
    const held = { kind: kind as EndpointKind, of, states: ['HELD'], sinceMs: 0 };
    // Otherwise they look again by themselves.
    this.#releasing = this.#releasing.then(() => this.moveAll(held, release)).catch(() => 0);
  }

  #move({ id }: Document, states: readonly string[], rule: (latest: Document) => Plan) {
    return this.parts.run('background', {}, ['move-delivery', { delivery: id }], {
      plan: async () => {
        const latest = await this.parts.latest(id);
        if (latest === undefined || !states.includes(latest.state)) return refuse('contended');
        return rule(latest);
      },
      value: () => undefined,
    });
  }
}

/** What a caller is told who names an endpoint that is not there. */
export function unknownEndpoint(kind: EndpointKind, name: string): Refused {
  const code: RefusalCode = kind === 'webhook' ? 'unknown-webhook' : 'unknown-notice';
  return refuse(code, { [kind]: name });
}
