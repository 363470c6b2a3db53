// Where live documents are kept in memory, by id. Each has a number, its handle, that stays the same
// from version to version, so that indexes need not hold ids.

import type { Document, DocumentId } from './contract.ts';

/** Stands for a document while it is kept; used again after that. */
export type Handle = number;

/** A document's text among other bytes. */
export interface DocumentBytes {
  bytes: Buffer;
  start: number;
  end: number;
}

export interface DocumentStore {
  readonly size: number;
  get(id: DocumentId): Document | undefined;
  /** Keeps the next version of a document; `text` is its text if somebody has written it. */
  set(document: Document, text?: DocumentBytes): Handle;
  /** Lets go of a final document whose latest version is this one. */
  delete(handle: Handle, version: number): void;
  /** When it falls due; undefined for never, for an undecided document, and for one that is gone. */
  deadlineMs(handle: Handle): number | undefined;
  /** The document; undefined for one that is gone. */
  at(handle: Handle): Document | undefined;
  /** Its id; empty for one that is gone. */
  idOf(handle: Handle): DocumentId;
}

/** Keeps documents as they are. */
export class DocumentMap implements DocumentStore {
  readonly #kept = new Map<DocumentId, { handle: Handle; document: Document }>();
  readonly #byHandle = new Map<Handle, Document>();
  #last = 0;

  get size(): number {
    return this.#kept.size;
  }

  get(id: DocumentId): Document | undefined {
    return this.#kept.get(id)?.document;
  }

  set(document: Document): Handle {
    const kept = this.#kept.get(document.id);
    const handle = kept?.handle ?? ++this.#last;
    this.#kept.set(document.id, { handle, document });
    this.#byHandle.set(handle, document);
    return handle;
  }

  delete(handle: Handle, version: number): void {
    const document = this.#byHandle.get(handle);
    if (document?.version !== version) return;
    this.#kept.delete(document.id);
    this.#byHandle.delete(handle);
  }

  deadlineMs(handle: Handle): number | undefined {
    const document = this.#byHandle.get(handle);
    return document === undefined ? undefined : dueAtMs(document);
  }

  at(handle: Handle): Document | undefined {
    return this.#byHandle.get(handle);
  }

  idOf(handle: Handle): DocumentId {
    return this.#byHandle.get(handle)?.id ?? '';
  }

  *values(): Generator<Document> {
    for (const { document } of this.#kept.values()) yield document;
  }
}

/**
 * Whether requests are remembered for a document's sake until it is final. What has a name may last for
 * years, and so may what counts a purchase in a window (an allowance), which is nobody's document.
 */
export function isAskedFor(document: Document): boolean {
  return document.kind !== 'allowance' && !isNamed(document);
}

/** When a document falls due; an undecided one never does. */
export function dueAtMs({ tentative, deadlineMs }: Document): number | undefined {
  return tentative === true ? undefined : deadlineMs;
}

/** Whether a document's id is a name (`pool:tea`). */
export function isNamed({ id, kind }: Document): boolean {
  return id.charCodeAt(kind.length) === COLON && id.startsWith(kind);
}

const COLON = 58;
