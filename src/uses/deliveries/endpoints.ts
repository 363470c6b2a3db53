// The webhooks and notices that are in use, kept in step with the journal, so that a delivery finds its own
// without a read. May be a moment behind; who writes guards on their versions.

import type { Document, Engine, Entry } from '../../engines/contract.ts';
import { ENDPOINT_KINDS, type EndpointKind, isInUse, isStanding } from '../../kernel/endpoint.ts';
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
    this.#stop = onNamed(this.#engine, ENDPOINT_KINDS, { take, told });
    for (const kind of ENDPOINT_KINDS) await eachNamed(this.#engine, kind, take);
  }

  stop(): void {
    this.#stop?.();
  }

  take(document: Document): void {
    if (!KINDS.has(document.kind)) return;
    const known = this.#known.get(document.id);
    if (known === undefined || known.version < document.version) {
      this.#known.set(document.id, document);
    }
  }

  /** Those that deliveries are made for. */
  get inUse(): Document[] {
    return [...this.#known.values()].filter(isInUse);
  }

  /** All of a kind but those that were removed, by name. */
  all(kind: EndpointKind): Document[] {
    const there = [...this.#known.values()].filter((one) => one.kind === kind && isStanding(one));
    return there.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

const KINDS: ReadonlySet<string> = new Set(ENDPOINT_KINDS);
