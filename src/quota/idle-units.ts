// Gives back what idles at a node: units that nobody took for a while, once the centre has none for the
// buyers of others. Half at first, all the next time. They leave the node's own stock before the centre
// is told, and it is told again until it has answered.

import { type LeasedPool, passing, type ShareParts } from './share-terms.ts';

export class IdleUnits {
  readonly #parts: ShareParts;
  readonly #leasing: LeasedPool;
  /** Whether anybody took units since the last look, and how often in a row nobody had. */
  #taken = true;
  #idle = 0;
  #back: { lease: string; quantity: number; key: string } | undefined;
  #busy = false;

  constructor(parts: ShareParts, leasing: LeasedPool) {
    this.#parts = parts;
    this.#leasing = leasing;
  }

  taken(): void {
    this.#taken = true;
  }

  /** Begins anew: of another lease nothing is owed. */
  forget(): void {
    this.#taken = true;
    this.#back = undefined;
  }

  /** To be called at even distances. */
  look(): void {
    this.#idle = this.#taken ? 0 : this.#idle + 1;
    this.#taken = false;
    if (this.#idle > 0 && this.#back === undefined) this.#once(() => this.#giveBack());
  }

  /** Whether the centre has had all that has left the node's own stock. */
  get isQuiet(): boolean {
    return this.#back === undefined && !this.#busy;
  }

  /** Units that are out under the lease and never came, because a question was carried late. */
  giveBackStray(quantity: number): void {
    const { lease } = this.#leasing;
    if (lease === undefined || !this.isQuiet) return;
    this.#back = { lease, quantity, key: this.#parts.newId() };
    this.tick();
  }

  tick(): void {
    if (this.#back !== undefined) this.#once(() => this.#send());
  }

  #once(run: () => Promise<void>): void {
    if (this.#busy) return;
    this.#busy = true;
    run()
      .catch(passing)
      .finally(() => {
        this.#busy = false;
      });
  }

  async #giveBack(): Promise<void> {
    const { centre, local, newId } = this.#parts;
    const { lease, pool } = this.#leasing;
    if (lease === undefined) return;
    const available = await local.available(pool);
    if (available === 0 || (await centre.available(pool)) > 0) return;
    // Asked for meanwhile, or lost: the centre has taken them back itself then.
    if (this.#taken || this.#leasing.lease !== lease) return;
    const share = this.#idle === 1 ? Math.ceil(available / 2) : available;
    const quantity = await local.letGo(pool, share);
    if (quantity === 0 || this.#leasing.lease !== lease) return;
    this.#back = { lease, quantity, key: newId() };
    await this.#send();
  }

  async #send(): Promise<void> {
    const back = this.#back!;
    const { key, ...command } = back;
    await this.#parts.centre.giveBack(command, key);
    if (this.#back === back) this.#back = undefined;
  }
}
