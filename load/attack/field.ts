// What all who take part in an attack run share: the way to the servers, the tally, and who comes from where.

import { setTimeout as wait } from 'node:timers/promises';
import type { Door, From } from './door.ts';
import type { Solver } from './solver.ts';
import type { Tally } from './tally.ts';
import { Visitor } from './visitor.ts';

export interface Sizes {
  honest: number;
  /** At one address. */
  accounts: number;
  /** Of one account. */
  addresses: number;
  /** Those who forge, replay and steal, of each kind. */
  each: number;
  /** Attempts a second of those who have nothing to show. */
  flood: number;
  /** How long honest buyers go on arriving after the opening. */
  seconds: number;
}

export interface Coming {
  address: string;
  from: From;
  sale: string;
  solver: Solver;
}

/** To each buyer and to each address, over the whole sale. */
export const PER_BUYER = 2;
export const PER_ADDRESS = 4;

const LOOK_EVERY_MS = 100;
const HEARD_LOOKS_MAX = 600;

export class Field {
  readonly door: Door;
  readonly tally: Tally;
  readonly sizes: Sizes;
  /** The servers' own. Nobody who attacks has it; it makes what only the time or the kind is wrong of. */
  readonly secret: string;
  /** From which address each buyer really comes. */
  readonly addresses = new Map<string, string>();
  #came = 0;

  constructor(parts: { door: Door; tally: Tally; sizes: Sizes; secret: string }) {
    this.door = parts.door;
    this.tally = parts.tally;
    this.sizes = parts.sizes;
    this.secret = parts.secret;
  }

  /** Somebody new, from an address of their own unless it is said; they come to the servers in turn. */
  visitor(buyer: string, options: Partial<Coming> = {}): Visitor {
    this.#came += 1;
    const { address = `10.7.${this.#came >> 8}.${this.#came & 255}`, ...more } = options;
    this.addresses.set(buyer, address);
    const from = { forwardedFor: address };
    return new Visitor(this.door, { buyer, from, at: this.#came, ...more });
  }

  /** Until everything that was asked is solved: nobody asks any more, they wait. */
  async prepared(): Promise<void> {
    const LOOKS = 10;
    for (let looks = 0; looks < LOOKS; looks = this.door.solver.isIdle ? looks + 1 : 0) {
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Until every server has heard of a denial: one took it, the others hear of it from the journal. */
  async knownToAll(denied: string): Promise<void> {
    for (const at of this.servers) {
      for (let looks = 0; !(await this.#isKnown(denied, at)); looks += 1) {
        if (looks === HEARD_LOOKS_MAX) throw new Error(`server ${at} never hears of ${denied}`);
        await wait(LOOK_EVERY_MS);
      }
    }
  }

  async #isKnown(denied: string, at: number): Promise<boolean> {
    const { body } = await this.door.ask({ method: 'GET', path: '/v1/deny-list', at });
    return body.denials?.some(({ value }: { value: string }) => value.startsWith(denied)) === true;
  }

  /** Which servers there are. */
  get servers(): number[] {
    return Array.from({ length: this.door.servers }, (_, index) => index);
  }
}

export function times<Made>(count: number, make: (index: number) => Made): Made[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
