// The two tokens of a waiting room: a place, which says who stands where, and a pass, with which its buyer may try to
// buy until its time is over. Both name their sale, and neither is ever taken for the other.

import type { TokenSigner } from '../signed-token.ts';
import type { Place } from './rooms.ts';

export interface Pass {
  /** Of its place, and of the one order that can be made with it. */
  id: string;
  sale: string;
  buyer: string;
  untilMs: number;
}

export class RoomTokens {
  readonly #signer: TokenSigner;

  constructor(signer: TokenSigner) {
    this.#signer = signer;
  }

  place(sale: string, { id, buyer, rank }: Place): string {
    return this.#signer.sign('place', { id, sale, buyer, rank });
  }

  /** The place that it is in the room of this sale; undefined for any other text. */
  readPlace(sale: string, token: string): Place | undefined {
    const read = this.#signer.read('place', token) as (Place & { sale: string }) | undefined;
    if (read === undefined || read.sale !== sale) return undefined;
    const { id, buyer, rank } = read;
    return { id, buyer, rank };
  }

  pass({ id, sale, buyer, untilMs }: Pass): string {
    return this.#signer.sign('pass', { id, sale, buyer, untilMs });
  }

  readPass(token: string): Pass | undefined {
    return this.#signer.read('pass', token) as Pass | undefined;
  }

  /** What a buyer draws who comes before the opening: the same, however often they come. */
  lot(sale: string, buyer: string): number {
    return this.#signer.lot('room', sale, buyer);
  }
}
