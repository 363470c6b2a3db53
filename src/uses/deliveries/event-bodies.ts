// What is told: the event as the journal has it, with the document that it is about as that stood right
// after it. Made from the journal at each attempt, which never changes, so that nothing is kept twice.

import type { Document, DocumentId, Engine, Entry, JsonObject } from '../../engines/contract.ts';
import type { DeliveryData } from '../../kernel/delivery.ts';
import type { RecentEntries } from './recent-entries.ts';

/** `units`: the reservation that an order or an offer names, if it has one. */
export type View = (document: Document, units: Document | undefined) => object;

/** How documents look outside: `order` shows those of that kind, under that name. */
export interface EventFormat {
  instant: (ms: number) => string;
  views: Readonly<Record<string, View>>;
}

export interface EventBody {
  body: JsonObject;
  /** Whom it is about, where the shop said so. */
  buyer?: string;
}

export class EventBodies {
  readonly #engine: Engine;
  readonly #recent: RecentEntries;
  readonly #format: EventFormat;

  constructor(parts: { engine: Engine; recent: RecentEntries; format: EventFormat }) {
    this.#engine = parts.engine;
    this.#recent = parts.recent;
    this.#format = parts.format;
  }

  /** Undefined where the journal does not reach back so far. */
  async of({ position, index }: DeliveryData): Promise<EventBody | undefined> {
    const entry = await this.#recent.at(position);
    const event = entry?.events[index];
    if (entry?.position !== position || event === undefined) return undefined;
    const { type, subject, data } = event;
    const { instant } = this.#format;
    const shown: JsonObject = { type, at: instant(entry.atMs), position, index, subject };
    if (data !== undefined) shown.data = data;
    const document = entry.documents.find(({ id }) => id === subject);
    if (document === undefined) return { body: shown };
    const body = { ...shown, ...(await this.#views(document, entry)) };
    return document.buyer === undefined ? { body } : { body, buyer: document.buyer };
  }

  /** The views of a document as it is now, for an event that nobody told. */
  views(document: Document): Promise<JsonObject> {
    return this.#views(document);
  }

  /** Its own view, and that of the order that it is about. */
  async #views(document: Document, entry?: Entry): Promise<JsonObject> {
    const { views } = this.#format;
    const view = views[document.kind];
    const { order } = document.data as { order?: DocumentId };
    const shown: JsonObject = {};
    if (view !== undefined) shown[document.kind] = await this.#shown(view, document, entry);
    if (order === undefined || document.kind === 'reservation') return shown;
    const ordered = await this.#document(order, entry);
    if (ordered?.kind === 'order') shown.order = await this.#shown(views.order!, ordered, entry);
    return shown;
  }

  async #shown(view: View, document: Document, entry: Entry | undefined): Promise<JsonObject> {
    const { reservation, offer } = document.data as {
      reservation?: DocumentId;
      offer?: DocumentId;
    };
    const units = reservation ?? offer;
    const found = units === undefined ? undefined : await this.#document(units, entry);
    return view(document, found) as JsonObject;
  }

  /** As the entry left it; as it is now where that wrote none. */
  async #document(id: DocumentId, entry: Entry | undefined): Promise<Document | undefined> {
    const written = entry?.documents.find((document) => document.id === id);
    return written ?? (await this.#engine.documents([id]))[0];
  }
}
