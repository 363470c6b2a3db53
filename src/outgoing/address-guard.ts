// Says to which address a request to a given URL may go. A name is resolved once, here, and the request
// goes to that very answer: whoever asks the name again might be told another address (DNS rebinding).

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AddressRanges, isPublic } from './address-ranges.ts';

export interface Address {
  address: string;
  family: number;
}

export type Allowed = { ok: true; addresses: Address[] } | { ok: false; why: AddressRefusal };

export type AddressRefusal = 'address-refused' | 'port-refused' | 'name-not-found';

export type Resolve = (name: string) => Promise<Address[]>;

const SYSTEM: Resolve = (name) => lookup(name, { all: true });

/** Below are the ports of other protocols: mail, remote shells, databases. */
const HIGH_PORTS_FROM = 8_443;

export class AddressGuard {
  readonly #private: AddressRanges;
  readonly #resolve: Resolve;

  /** `privateRanges`: may be reached though they are not public, on any port. */
  constructor(privateRanges: readonly string[] = [], resolve = SYSTEM) {
    this.#private = new AddressRanges(privateRanges);
    this.#resolve = resolve;
  }

  /** The addresses that a request may go to, or why to none. */
  async allow(url: URL): Promise<Allowed> {
    const name = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = await this.#addressesOf(name);
    if (addresses.length === 0) return { ok: false, why: 'name-not-found' };
    // One that is public does not make the others so.
    if (addresses.every(({ address }) => this.#private.has(address))) {
      return { ok: true, addresses };
    }
    if (!addresses.every(({ address }) => isPublic(address) || this.#private.has(address))) {
      return { ok: false, why: 'address-refused' };
    }
    return isWebPort(url) ? { ok: true, addresses } : { ok: false, why: 'port-refused' };
  }

  async #addressesOf(name: string): Promise<Address[]> {
    const family = isIP(name);
    if (family !== 0) return [{ address: name, family }];
    try {
      return await this.#resolve(name);
    } catch {
      return [];
    }
  }
}

function isWebPort({ port }: URL): boolean {
  return port === '' || port === '80' || port === '443' || Number(port) >= HIGH_PORTS_FROM;
}
