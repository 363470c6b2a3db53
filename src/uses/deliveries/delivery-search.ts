// Finds deliveries of a kind: page by page for a caller, or all of an endpoint since a moment. Only reads.

import type { Document, Engine } from '../../engines/contract.ts';
import { type DeliveryKind, type DeliveryState, deliveryData } from '../../kernel/delivery.ts';

export interface DeliveryQuery {
  /** Name of the endpoint. */
  of: string;
  status?: DeliveryState;
  /** Only ids below this one: `next` of the page before. */
  before?: string;
  /** Default 50. */
  limit?: number;
}

export interface DeliveryPage<View> {
  deliveries: View[];
  /** The journal's position that the page is as of. */
  asOf: number;
  /** Pass as `before` to get the next page; missing on the last. */
  next?: string;
}

const PAGE = 200;

export class DeliverySearch {
  readonly #engine: Engine;
  readonly #kind: DeliveryKind;

  constructor(engine: Engine, kind: DeliveryKind) {
    this.#engine = engine;
    this.#kind = kind;
  }

  async page<View>(
    { of, status, before, limit = 50 }: DeliveryQuery,
    view: (document: Document) => View,
  ): Promise<DeliveryPage<View>> {
    const states = status === undefined ? {} : { states: [status] };
    const from = before === undefined ? {} : { before };
    const query = { kind: this.#kind, reference: of, limit, ...states, ...from };
    const { documents, asOf } = await this.#engine.find(query);
    const page = { deliveries: documents.map(view), asOf };
    const last = documents.length === limit ? documents.at(-1) : undefined;
    return last === undefined ? page : { ...page, next: last.id };
  }

  /** Deliveries of what happened since then, newest first, in pages. */
  async *since(asked: {
    of: string;
    states: readonly string[];
    sinceMs: number;
  }): AsyncGenerator<Document[]> {
    const { of, states, sinceMs } = asked;
    let before: string | undefined;
    do {
      const query = { kind: this.#kind, reference: of, states, limit: PAGE };
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
