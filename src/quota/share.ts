// One pool's share at a node: has a lease for it, keeps it, and knows when it is over. Time is counted
// from the moment the centre was asked, on the monotonic clock, less a margin. Must never sell under a
// lease that may be over, nor begin another one before all of the last is gone.

import type { Centre } from './centre.ts';
import { IdleUnits } from './idle-units.ts';
import { type KeptShare, type More, passing, type ShareParts } from './share-terms.ts';
import { type Leasing, UnitsAsked } from './units-asked.ts';

/** How often a centre is told that an offline till lives. */
const OFFLINE_PERIOD_MS = 60_000;
/** Clocks of two machines differ in pace too. */
const MARGIN = 0.05;

interface Live {
  id: string;
  /** By the monotonic clock. */
  untilMs: number;
}

export class Share implements Leasing {
  readonly pool: string;
  readonly #parts: ShareParts;
  readonly #asked: UnitsAsked;
  readonly #idle: IdleUnits;
  #live: Live | undefined;
  #renewing = false;
  #renewAtMs = Number.POSITIVE_INFINITY;
  #eagerAtMs = Number.NEGATIVE_INFINITY;
  #stopped = false;
  /** Something of a lost lease may still be here; no other begins before it is gone. */
  #unclean = false;
  #cleaning: Promise<void> | undefined;

  constructor(parts: ShareParts) {
    this.#parts = parts;
    this.pool = parts.settings.pool;
    this.#asked = new UnitsAsked(parts, this);
    this.#idle = new IdleUnits(parts, this);
  }

  /** The lease that may be sold from now. */
  get lease(): string | undefined {
    return this.leftMs > 0 ? this.#live?.id : undefined;
  }

  /** For how long that is certain. */
  get leftMs(): number {
    return (this.#live?.untilMs ?? Number.NEGATIVE_INFINITY) - this.#nowMs;
  }

  /** The centre had nothing left, a moment ago. */
  get isDry(): boolean {
    return this.#asked.isDry;
  }

  /** After a restart: goes on with a lease, or finds out what became of asking for one. */
  resume(kept: KeptShare): void {
    if ('asked' in kept) this.#asked.resume(kept);
    else {
      this.#live = this.#from(kept.lease, this.#nowMs);
      // A person may have written it off meanwhile.
      this.#renewAtMs = this.#nowMs;
    }
  }

  /** Somebody took units: more may have to be asked for before there are none. */
  taken(): void {
    this.#idle.taken();
    this.#asked.look();
  }

  /** Asks the centre for units, because a buyer wants so many and they are not here. */
  moreFor(quantity: number): Promise<More> {
    return this.#asked.more(Math.max(quantity, this.#parts.settings.units));
  }

  /** What has to be done by now is begun. */
  tick(): void {
    if (this.#stopped) return;
    const nowMs = this.#nowMs;
    if (this.#live !== undefined && this.leftMs <= 0) this.lose(this.#live.id, 'its time is over');
    if (this.#live === undefined) {
      if (nowMs < this.#eagerAtMs) return;
      this.#eagerAtMs = nowMs + this.#periodMs;
      this.moreFor(0).catch(passing);
      return;
    }
    if (nowMs >= this.#renewAtMs && !this.#renewing) {
      this.#renewing = true;
      this.#renew(this.#live)
        .catch(passing)
        .finally(() => {
          this.#renewing = false;
        });
    }
    this.#asked.tick();
    this.#idle.tick();
  }

  /** Nothing is asked for any more; everything unsold goes back. Says whether the centre has it. */
  async stop(): Promise<boolean> {
    if (this.#live === undefined && !this.#asked.isAnswered) await this.moreFor(0);
    this.#stopped = true;
    const { centre, local, newId } = this.#parts;
    await this.#asked.stop();
    const lease = this.#live?.id;
    if (lease === undefined) return this.#asked.isAnswered;
    const back = await settled(centre, lease, newId());
    if (!back) return false;
    this.#live = undefined;
    await local.forget(this);
    await local.remember(this.pool, undefined);
    return true;
  }

  async begin(lease: string, askedMs: number): Promise<boolean> {
    await this.#clean();
    if (this.#live !== undefined || this.#stopped) return false;
    this.#live = this.#from(lease, askedMs);
    this.#idle.forget();
    return true;
  }

  lose(lease: string, why: string): void {
    if (this.#live?.id !== lease) return;
    this.#live = undefined;
    this.#asked.forget();
    this.#idle.forget();
    this.#eagerAtMs = this.#nowMs;
    this.#parts.say(`${this.pool}: lease ${lease} is lost, ${why}`);
    this.#unclean = true;
    this.#clean().catch(passing);
  }

  #clean(): Promise<void> {
    if (!this.#unclean) return Promise.resolve();
    this.#cleaning ??= this.#parts.local
      .forget(this)
      .then(() => {
        this.#unclean = false;
      })
      .finally(() => {
        this.#cleaning = undefined;
      });
    return this.#cleaning;
  }

  #from(id: string, askedMs: number): Live {
    this.#renewAtMs = askedMs + this.#periodMs;
    return { id, untilMs: this.#endOf(askedMs) };
  }

  /** Until when a lease is certain that was asked for then. */
  #endOf(askedMs: number): number {
    const { leaseForMs } = this.#parts.settings;
    if (leaseForMs === undefined) return Number.POSITIVE_INFINITY;
    return askedMs + leaseForMs * (1 - MARGIN);
  }

  get #periodMs(): number {
    const { leaseForMs } = this.#parts.settings;
    return leaseForMs === undefined ? OFFLINE_PERIOD_MS : leaseForMs / 3;
  }

  async #renew(live: Live): Promise<void> {
    const { centre, settings, local } = this.#parts;
    const { leaseForMs } = settings;
    const askedMs = this.#nowMs;
    this.#renewAtMs = askedMs + this.#periodMs / 4;
    const until = leaseForMs === undefined ? {} : { leaseForMs };
    const asks = this.#asked.asks;
    const isQuiet = this.#idle.isQuiet;
    const { verdicts } = local;
    const answer = await centre.renew({ lease: live.id, ...until });
    if (this.#live !== live) return;
    if (!answer.ok) {
      if (answer.code === 'lease-ended') this.lose(live.id, 'the centre ended it');
      return;
    }
    // Over is over, although the answer would say that it was not: what was held has been let go.
    if (this.leftMs <= 0) return;
    live.untilMs = Math.max(live.untilMs, this.#endOf(askedMs));
    this.#renewAtMs = askedMs + this.#periodMs;
    if (leaseForMs === undefined) return;
    if (isQuiet && asks !== undefined) await this.#findStray(answer.value, { asks, verdicts });
    this.#idle.look();
    await local.keepHeld();
  }

  /** Compares what is out with what is here, if nothing came or went while that was asked. */
  async #findStray(out: number, before: { asks: number; verdicts: number }): Promise<void> {
    const { local } = this.#parts;
    const unsold = await local.unsold(this.pool);
    if (this.#asked.asks !== before.asks || !this.#idle.isQuiet) return;
    // What was sold since then was out when that was asked, and is not here any more.
    if (local.verdicts !== before.verdicts) return;
    // Fewer are out than are here while a sale is being recorded: it is unsold until its verdict.
    if (out > unsold) this.#idle.giveBackStray(out - unsold);
  }

  get #nowMs(): number {
    return this.#parts.time.monotonicMs();
  }
}

/** Whether the centre has back what was out. */
async function settled(centre: Centre, lease: string, key: string): Promise<boolean> {
  try {
    const answer = await centre.settle({ lease }, key);
    return answer.ok || answer.code === 'lease-ended';
  } catch (error) {
    passing(error);
    return false;
  }
}
