// The endpoints that are in use, kept in step with the journal, so that a delivery finds its own without
// a read. May be a moment behind; who writes guards on their versions.

import type { Document, Engine, Entry } from '../../engines/contract.ts';
import { webhookName } from '../../kernel/webhook.ts';
import { eachNamed, onNamed } from '../../stock/named-documents.ts';

export class Endpoints {
  readonly #engine: Engine;
  readonly #known = new Map<string, Document>();
  #stop: (() => void) | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** `told` gets what the journal tells, once it is taken here. */
  async start(told: (entries: readonly Entry[]) => void): Promise<void> {
    const take = (document: Document) => this.take(document);
    this.#stop = onNamed(this.#engine, 'webhook', { take, told });
    await eachNamed(this.#engine, 'webhook', take);
  }

  stop(): void {
    this.#stop?.();
  }

  take(document: Document): void {
    if (document.kind !== 'webhook') return;
    const known = this.#known.get(document.id);
    if (known === undefined || known.version < document.version) {
      this.#known.set(document.id, document);
    }
  }

  /** Those that deliveries are made for. */
  get inUse(): Document[] {
    return this.all.filter(({ state }) => state === 'ACTIVE' || state === 'PAUSED');
  }

  /** All but those that were removed, by name. */
  get all(): Document[] {
    const there = [...this.#known.values()].filter(({ state }) => state !== 'REMOVED');
    return there.sort((a, b) => (webhookName(a) < webhookName(b) ? -1 : 1));
  }
}
