// Finds deliveries: page by page for a caller, or all of an endpoint since a moment. Only reads.

import type { Document, Engine } from '../../engines/contract.ts';
import { type DeliveryState, deliveryData } from '../../kernel/delivery.ts';
import { type Delivery, viewDelivery } from './webhook-views.ts';

export interface DeliveryQuery {
  webhook: string;
  status?: DeliveryState;
  /** Only ids below this one: `next` of the page before. */
  before?: string;
  /** Default 50. */
  limit?: number;
}

export interface DeliveryPage {
  deliveries: Delivery[];
  /** The journal's position that the page is as of. */
  asOf: number;
  /** Pass as `before` to get the next page; missing on the last. */
  next?: string;
}

const PAGE = 200;

export class DeliverySearch {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async page({ webhook, status, before, limit = 50 }: DeliveryQuery): Promise<DeliveryPage> {
    const states = status === undefined ? {} : { states: [status] };
    const from = before === undefined ? {} : { before };
    const query = { kind: 'delivery', reference: webhook, limit, ...states, ...from };
    const { documents, asOf } = await this.#engine.find(query);
    const page = { deliveries: documents.map(viewDelivery), asOf };
    const last = documents.length === limit ? documents.at(-1) : undefined;
    return last === undefined ? page : { ...page, next: last.id };
  }

  /** Deliveries of what happened since then, newest first, in pages. */
  async *since(asked: {
    webhook: string;
    states: readonly string[];
    sinceMs: number;
  }): AsyncGenerator<Document[]> {
    const { webhook, states, sinceMs } = asked;
    let before: string | undefined;
    do {
      const query = { kind: 'delivery', reference: webhook, states, limit: PAGE };
      const from = before === undefined ? {} : { before };
      const { documents } = await this.#engine.find({ ...query, ...from });
      yield documents.filter((document) => deliveryData(document).atMs >= sinceMs);
      const last = documents.at(-1);
      // A delivery is made after what it tells of.
      const isPast = last === undefined || last.createdAtMs < sinceMs;
      before = documents.length < PAGE || isPast ? undefined : last.id;
    } while (before !== undefined);
  }
}
