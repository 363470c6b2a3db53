// One look at a server under load: its process, its own health, and what its buyers met since the
// last look. Takes the numbers; flatness.ts judges them.

import type { MixedLoad } from './mixed-load.ts';
import type { Footprint, ServedStore } from './served-store.ts';

export interface Sample extends Footprint {
  /** Since the load began. */
  seconds: number;
  /** What the server holds after a collection; now and then, because a collection costs time. */
  usedMb?: number;
  /** The journal's last position: accepted commands, expiries included. */
  position: number;
  /** Documents in the server's memory. */
  live: number;
  tableLag: number;
  acceptedPerSecond: number;
  refusedPerSecond: number;
  reserveP50Ms: number;
  reserveP99Ms: number;
  underWay: number;
  notSent: number;
}

export class Sampler {
  readonly samples: Sample[] = [];
  readonly #store: ServedStore;
  readonly #load: MixedLoad;
  readonly #startMs = performance.now();
  #last = { seconds: 0, accepted: 0, refused: 0 };

  constructor(store: ServedStore, load: MixedLoad) {
    this.#store = store;
    this.#load = load;
    this.#last = { seconds: 0, accepted: load.ledger.accepted, refused: load.ledger.refused };
  }

  /** Undefined when the server does not say how it is, which is a mistake of its own. */
  async take({ collect = false } = {}): Promise<Sample | undefined> {
    const load = this.#load;
    const health = await load.client.readiness().catch((error: unknown) => ({ ok: false, error }));
    if (!('value' in health)) {
      if (!this.#store.running) throw new Error(`the server ended: ${this.#store.said}`);
      load.ledger.mistake(`readiness: ${JSON.stringify(health)}`);
      return undefined;
    }
    const { position, live, tableLag } = health.value;
    const seconds = (performance.now() - this.#startMs) / 1_000;
    const { accepted, refused } = load.ledger;
    const sinceSeconds = Math.max(0.001, seconds - this.#last.seconds);
    const reserveMs = load.takeReserveMs();
    const usedMb = collect ? await this.#store.memory.usedMb() : undefined;
    const sample = {
      seconds,
      ...(usedMb === undefined ? {} : { usedMb }),
      ...this.#store.footprint(),
      position,
      live,
      tableLag,
      acceptedPerSecond: (accepted - this.#last.accepted) / sinceSeconds,
      refusedPerSecond: (refused - this.#last.refused) / sinceSeconds,
      reserveP50Ms: share(reserveMs, 0.5),
      reserveP99Ms: share(reserveMs, 0.99),
      underWay: load.underWay,
      notSent: load.notSent,
    };
    this.#last = { seconds, accepted, refused };
    this.samples.push(rounded(sample));
    load.carts.prune();
    return this.samples.at(-1)!;
  }
}

function share(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function rounded(sample: Sample): Sample {
  const entries = Object.entries(sample).map(([name, value]) => [
    name,
    Math.round(value * 100) / 100,
  ]);
  return Object.fromEntries(entries) as unknown as Sample;
}
