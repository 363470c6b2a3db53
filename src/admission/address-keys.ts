// Names for addresses that the journal may keep: a keyed hash of the household that an address belongs to. Whoever
// reads the journal without the secret cannot tell which address it was, nor try all that there are.

import { createHmac, randomBytes } from 'node:crypto';
import { type Address, formatPrefix, householdOf } from '../kernel/address.ts';

/** 80 bits: of a billion addresses two share a name with a chance of one in two million. */
const CHARACTERS = 16;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export class AddressKeys {
  readonly #secret: string | Buffer;

  /** Without a secret names last as long as the process, and no other one has the same. */
  constructor(secret?: string) {
    this.#secret = secret ?? randomBytes(32);
  }

  keyOf(address: Address): string {
    const household = formatPrefix(householdOf(address));
    const hash = createHmac('sha256', this.#secret).update(`address ${household}`).digest();
    let key = '';
    for (let at = 0; at < CHARACTERS; at += 1) {
      const bit = at * 5;
      const pair = hash.readUInt16BE(bit >> 3);
      key += ALPHABET[(pair >> (11 - (bit & 7))) & 31];
    }
    return key;
  }
}
