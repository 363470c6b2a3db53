// Solves challenges of the built-in kind as fast as one thread can: what somebody who attacks would run. The widget
// in a browser does the same in its own way.

import { hash } from 'node:crypto';

export interface Challenge {
  parameters: {
    nonce: string;
    salt: string;
    cost: number;
    keyLength: number;
    keyPrefix: string;
    data: Record<string, unknown>;
    [name: string]: unknown;
  };
  signature: string;
}

export interface Found {
  counter: number;
  derivedKey: string;
}

/** The first counter, from one on, whose key begins as it must. */
export function solve({ parameters }: Challenge, from = 0): Found {
  const { nonce, salt, cost, keyPrefix } = parameters;
  const head = Buffer.from(salt + nonce, 'hex');
  const first = Number.parseInt(keyPrefix.slice(0, 2), 16);
  const tried = Buffer.concat([head, Buffer.alloc(4)]);
  for (let counter = from; ; counter += 1) {
    tried.writeUInt32BE(counter, head.length);
    let key = hash('sha256', tried, 'buffer');
    for (let round = 1; round < cost; round += 1) key = hash('sha256', key, 'buffer');
    // The first byte turns nearly all away; their text is not made.
    if (key[0] !== first) continue;
    const derivedKey = key.toString('hex');
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
}

/** As a checkout carries it. */
export function packed(challenge: object, found: object): string {
  return Buffer.from(JSON.stringify({ challenge, solution: found })).toString('base64');
}

export function unpacked(solution: string): { challenge: Challenge; solution: Found } {
  return JSON.parse(Buffer.from(solution, 'base64').toString());
}
