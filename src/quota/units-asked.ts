// Asks the centre for units of one pool: a lease at first, more into it later, one question at a time.
// One whose answer stays away is asked again under its key. Remembers for a moment that the centre had
// nothing left, so that sold out is answered at once. Must not judge how long a lease lasts.

import type { Granted, Told } from './centre.ts';
import {
  AWAY_MOST_MS,
  AWAY_MS,
  DRY_MS,
  type KeptShare,
  type LeasedPool,
  type More,
  passing,
  type ShareParts,
} from './share-terms.ts';

/** A command whose outcome is not known yet. */
interface Open {
  key: string;
  quantity: number;
  askedMs: number;
  lease?: string;
}

export interface Leasing extends LeasedPool {
  /** A lease was opened, asked for then; false where it cannot be used any more. */
  begin(lease: string, askedMs: number): Promise<boolean>;
  lose(lease: string, why: string): void;
}

export class UnitsAsked {
  readonly #parts: ShareParts;
  readonly #leasing: Leasing;
  #open: Open | undefined;
  #asking: Promise<More> | undefined;
  #looking = false;
  #said = '';
  #stopped = false;
  #asks = 0;
  #dryUntilMs = Number.NEGATIVE_INFINITY;
  #awayUntilMs = Number.NEGATIVE_INFINITY;
  /** Longer each time, so that not every buyer waits for a line that is dead. */
  #awayForMs = AWAY_MS;

  constructor(parts: ShareParts, leasing: Leasing) {
    this.#parts = parts;
    this.#leasing = leasing;
  }

  /** The centre had nothing left, a moment ago. */
  get isDry(): boolean {
    return this.#nowMs < this.#dryUntilMs;
  }

  /** Finds out what became of a question from before a restart. */
  resume({ asked: key, quantity }: Extract<KeptShare, { asked: string }>): void {
    this.#open = { key, quantity, askedMs: this.#nowMs };
  }

  /** What was asked for under a lease that is lost is not asked for again. */
  forget(): void {
    this.#open = undefined;
  }

  /** How often something was asked for; undefined while an answer is awaited. */
  get asks(): number | undefined {
    return this.#asking === undefined && this.#open === undefined ? this.#asks : undefined;
  }

  /** Whether the outcome of everything that was asked is known. */
  get isAnswered(): boolean {
    return this.#open === undefined;
  }

  /** Nothing is asked for from now on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#asking?.catch(passing);
  }

  /** Asks for so many units, or as many as there are. */
  more(quantity: number): Promise<More> {
    this.#asks += 1;
    this.#asking ??= this.#ask(quantity).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** A question that was not answered is asked again: what it brought lies idle. */
  tick(): void {
    if (this.#open !== undefined && this.#asking === undefined) this.more(0).catch(passing);
  }

  /** Looks whether more should be asked for before there is nothing left. */
  look(): void {
    if (this.#looking || this.isDry || this.#nowMs < this.#awayUntilMs) return;
    this.#looking = true;
    this.#lookForMore()
      .catch(passing)
      .finally(() => {
        this.#looking = false;
      });
  }

  async #lookForMore(): Promise<void> {
    const { local, settings } = this.#parts;
    const available = await local.available(this.#leasing.pool);
    if (available * 3 < settings.units) await this.more(settings.units - available);
  }

  async #ask(quantity: number): Promise<More> {
    if (this.#stopped || this.#nowMs < this.#awayUntilMs) return 'away';
    const { lease } = this.#leasing;
    if (this.#open?.lease !== lease) this.#open = undefined;
    if (this.#open === undefined && this.isDry) return 'dry';
    if (this.#open === undefined && quantity === 0) return 'away';
    const open = this.#open ?? (await this.#newOpen(quantity, lease));
    try {
      const answer = await this.#send(open);
      this.#awayForMs = AWAY_MS;
      this.#said = '';
      if (this.#open === open) this.#open = undefined;
      return answer.ok ? await this.#arrived(open, answer.value) : this.#refused(open, answer);
    } catch (error) {
      passing(error);
      this.#sayOnce(String((error as Error).message));
      this.#awayUntilMs = this.#nowMs + this.#awayForMs;
      this.#awayForMs = Math.min(2 * this.#awayForMs, AWAY_MOST_MS);
      return 'away';
    }
  }

  /** A line that is dead, or a key that is wrong, is not told of each time. */
  #sayOnce(why: string): void {
    if (this.#said === why) return;
    this.#said = why;
    this.#parts.say(`${this.#leasing.pool}: the centre was asked for units: ${why}`);
  }

  async #newOpen(quantity: number, lease: string | undefined): Promise<Open> {
    const { settings, newId } = this.#parts;
    const open: Open = { key: newId(), quantity, askedMs: this.#nowMs };
    if (lease === undefined) {
      open.quantity = Math.max(settings.units, quantity);
      // Known to the store before the centre is asked: nothing may be out that nobody knows of.
      await this.#remember({ asked: open.key, quantity: open.quantity });
      open.askedMs = this.#nowMs;
    } else open.lease = lease;
    this.#open = open;
    return open;
  }

  #send({ lease, key, quantity }: Open): Promise<Told<Granted>> {
    const { centre, settings } = this.#parts;
    const units = { quantity, quantityMin: 1 };
    if (lease !== undefined) return centre.topUp({ lease, ...units }, key);
    const { node, pool, leaseForMs } = settings;
    const until = leaseForMs === undefined ? {} : { leaseForMs };
    return centre.open({ node, pool, ...units, ...until }, key);
  }

  async #arrived(open: Open, granted: Granted): Promise<More> {
    const { local } = this.#parts;
    if (open.lease === undefined) {
      if (this.#stopped || !(await this.#leasing.begin(granted.lease, open.askedMs))) return 'away';
    }
    if (granted.quantity < open.quantity) this.#dryUntilMs = this.#nowMs + DRY_MS;
    // Its lease may be over by now: then these units are somebody else's.
    if (this.#leasing.lease !== granted.lease) return 'away';
    await local.takeIn(this.#leasing, granted, open.key);
    if (open.lease === undefined) await this.#remember({ lease: granted.lease });
    return 'came';
  }

  #remember(kept: KeptShare): Promise<void> {
    const { local, settings } = this.#parts;
    const offline = settings.leaseForMs === undefined;
    return local.remember(this.#leasing.pool, { ...kept, offline });
  }

  #refused(open: Open, { code }: { code: string }): More {
    if (code === 'lease-ended' && open.lease !== undefined) {
      this.#leasing.lose(open.lease, 'the centre ended it');
    }
    if (code === 'insufficient-stock' || code === 'pool-closed') {
      this.#dryUntilMs = this.#nowMs + DRY_MS;
      return 'dry';
    }
    this.#awayUntilMs = this.#nowMs + AWAY_MS;
    if (code !== 'lease-ended') this.#parts.say(`${this.#leasing.pool}: the centre says ${code}`);
    return 'away';
  }

  get #nowMs(): number {
    return this.#parts.time.monotonicMs();
  }
}
