// The text of each document of the batch at hand, made once: the journal writes it, memory keeps it.
// A document that is read back keeps the text that it came in.

import type { Document } from '../contract.ts';

/** More than a batch has; at the start all live documents pass through here. */
const TEXTS_MAX = 20_000;

export class DocumentTexts {
  readonly #texts = new Map<Document, string>();

  readonly encode = (document: Document): string => {
    let text = this.#texts.get(document);
    if (text === undefined) {
      text = JSON.stringify(document);
      this.#keep(document, text);
    }
    return text;
  };

  /** Reads a document from its text. */
  readonly decode = (text: string): Document => {
    const document = JSON.parse(text) as Document;
    this.#keep(document, text);
    return document;
  };

  /** The batch is done with. */
  clear(): void {
    this.#texts.clear();
  }

  #keep(document: Document, text: string): void {
    if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
    this.#texts.set(document, text);
  }
}
