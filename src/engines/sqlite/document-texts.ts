// The text of each document of the batch at hand, made once: the journal writes it, memory keeps it.

import type { Document } from '../contract.ts';

export class DocumentTexts {
  readonly #texts = new Map<Document, string>();

  readonly encode = (document: Document): string => {
    let text = this.#texts.get(document);
    if (text === undefined) {
      text = JSON.stringify(document);
      this.#texts.set(document, text);
    }
    return text;
  };

  /** The batch is done with. */
  clear(): void {
    this.#texts.clear();
  }
}
