// What is sent: the event as the journal has it, with the document that it is about as that stood right
// after it. Made from the journal at each attempt, which never changes, so that nothing is kept twice.

import type { Document, DocumentId, Engine, Entry, JsonObject } from '../../engines/contract.ts';
import type { DeliveryData } from '../../kernel/delivery.ts';
import type { RecentEntries } from './recent-entries.ts';

/** How documents look outside: `order` shows those of that kind, under that name. */
export interface WebhookFormat {
  instant: (ms: number) => string;
  /** `units`: the reservation that an order names, if it has one. */
  views: Readonly<Record<string, (document: Document, units: Document | undefined) => object>>;
}

export class WebhookBodies {
  readonly #engine: Engine;
  readonly #recent: RecentEntries;
  readonly #format: WebhookFormat;

  constructor(parts: { engine: Engine; recent: RecentEntries; format: WebhookFormat }) {
    this.#engine = parts.engine;
    this.#recent = parts.recent;
    this.#format = parts.format;
  }

  /** Undefined where the journal does not reach back so far. */
  async of({ position, index }: DeliveryData): Promise<string | undefined> {
    const entry = await this.#recent.at(position);
    const event = entry?.events[index];
    if (entry?.position !== position || event === undefined) return undefined;
    const { type, subject, data } = event;
    const { instant } = this.#format;
    const shown: JsonObject = { type, at: instant(entry.atMs), position, index, subject };
    if (data !== undefined) shown.data = data;
    return JSON.stringify({ ...shown, ...(await this.#view(entry, subject)) });
  }

  async #view(entry: Entry, subject: string): Promise<object> {
    const document = entry.documents.find(({ id }) => id === subject);
    const view = document && this.#format.views[document.kind];
    if (document === undefined || view === undefined) return {};
    const { reservation } = document.data as { reservation?: DocumentId };
    const units = reservation === undefined ? undefined : await this.#document(entry, reservation);
    return { [document.kind]: view(document, units) };
  }

  /** As the entry left it; as it is now where that wrote none. */
  async #document(entry: Entry, id: DocumentId): Promise<Document | undefined> {
    const written = entry.documents.find((document) => document.id === id);
    return written ?? (await this.#engine.documents([id]))[0];
  }
}
