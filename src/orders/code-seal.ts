// Makes generated codes and opens them again. Nothing is stored for a code: its seal is an HMAC (RFC
// 2104) of its index under its campaign's secret, and the index is masked by another one of the seal,
// so that a code tells neither its neighbours nor how many there are.

import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Campaign } from '../kernel/campaign.ts';
import {
  BODY_LENGTH,
  INDEX_MAX,
  readBody,
  SEAL_BYTES,
  shownCode,
  writeBody,
} from '../kernel/voucher-code.ts';

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export class CodeSeal {
  readonly #key: KeyObject;
  readonly #prefix: string;

  constructor({ secret, prefix }: Pick<Campaign, 'secret' | 'prefix'>) {
    this.#key = createSecretKey(secret, 'base64url');
    this.#prefix = prefix;
  }

  /** The code with an index, as it is handed out. */
  code(index: number): string {
    const seal = this.#sealOf(index);
    return shownCode(this.#prefix, writeBody({ index: this.#masked(index, seal), seal }));
  }

  /** The index of a code that is this campaign's, whether it was handed out or not. */
  open(plain: string): { index: number; code: string } | undefined {
    if (!plain.startsWith(this.#prefix)) return undefined;
    const body = readBody(plain.slice(this.#prefix.length));
    if (body === undefined) return undefined;
    const index = this.#masked(body.index, body.seal);
    if (this.#sealOf(index) !== body.seal) return undefined;
    return { index, code: this.#prefix + body.plain };
  }

  #sealOf(index: number): number {
    return this.#hmac(`code ${index}`).readUIntBE(0, SEAL_BYTES);
  }

  #masked(index: number, seal: number): number {
    return (index ^ this.#hmac(`mask ${seal}`).readUInt32BE()) & INDEX_MAX;
  }

  #hmac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}

/** What stands before the body, if a text is as long as a generated code at least. */
export function prefixOf(plain: string): string | undefined {
  return plain.length < BODY_LENGTH ? undefined : plain.slice(0, -BODY_LENGTH);
}
