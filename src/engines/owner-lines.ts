// What is known of owners of limits' accounts, in numbers outside the garbage collector's heap: eight for each, one line
// of a cache. As four objects they were 184 bytes that collections copied twice and then looked at for good.

import type { AccountState } from './contract.ts';
import type { Handle } from './document-store.ts';

/** Where an owner stands. */
export type Place = number;

const WIDTH = 8;
const SEQ = 0;
/** Balance, floor and inflow of each; no balance: there is no such account. */
const AT = { used: 1, granted: 4 } as const;
const FILED = 7;
const NONE = Number.NaN;

/** Owners in a block: blocks stay where they are when there are more. */
const BLOCK_BITS = 12;
const IN_BLOCK = (1 << BLOCK_BITS) - 1;

export class OwnerLines {
  readonly #blocks: Float64Array[] = [];

  /** The owner after the last, from 0; nothing is known of it. */
  add(place: Place): void {
    if ((place & IN_BLOCK) === 0) this.#blocks.push(new Float64Array(WIDTH << BLOCK_BITS));
    const line = start(place);
    const block = this.#block(place);
    block[line + AT.used] = NONE;
    block[line + AT.granted] = NONE;
    block[line + FILED] = NONE;
  }

  seq(place: Place): number {
    return this.#block(place)[start(place) + SEQ]!;
  }

  setSeq(place: Place, seq: number): void {
    this.#block(place)[start(place) + SEQ] = seq;
  }

  account(place: Place, name: keyof typeof AT): AccountState | undefined {
    const block = this.#block(place);
    const at = start(place) + AT[name];
    const balance = block[at]!;
    if (Number.isNaN(balance)) return undefined;
    return { balance, floor: block[at + 1]!, inflow: block[at + 2]! };
  }

  setAccount(place: Place, name: keyof typeof AT, { balance, floor, inflow }: AccountState): void {
    const block = this.#block(place);
    const at = start(place) + AT[name];
    block[at] = balance;
    block[at + 1] = floor;
    block[at + 2] = inflow;
  }

  /** The only document that gives back to what is used. */
  filed(place: Place): Handle | undefined {
    const handle = this.#block(place)[start(place) + FILED]!;
    return Number.isNaN(handle) ? undefined : handle;
  }

  setFiled(place: Place, handle: Handle | undefined): void {
    this.#block(place)[start(place) + FILED] = handle ?? NONE;
  }

  #block(place: Place): Float64Array {
    return this.#blocks[place >>> BLOCK_BITS]!;
  }
}

function start(place: Place): number {
  return (place & IN_BLOCK) * WIDTH;
}
