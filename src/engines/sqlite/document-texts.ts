// The text of each document of the batch at hand, made once: the journal writes it, memory keeps it.

import type { Document } from '../contract.ts';

/** More than a batch has; at the start all live documents pass through here. */
const TEXTS_MAX = 20_000;

export class DocumentTexts {
  readonly #texts = new Map<Document, string>();

  readonly encode = (document: Document): string => {
    let text = this.#texts.get(document);
    if (text === undefined) {
      text = JSON.stringify(document);
      if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
      this.#texts.set(document, text);
    }
    return text;
  };

  /** The batch is done with. */
  clear(): void {
    this.#texts.clear();
  }
}
