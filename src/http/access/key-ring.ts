// The keys of a running server: looks at the key file again and again, so that a new key works and a
// revoked one stops working within a second. Fails closed: once there was a file nobody gets in
// without a key, whatever becomes of the file.

import { stat } from 'node:fs/promises';
import type { AttemptRate } from '../../kernel/sale.ts';
import { type ApiKey, idOfToken, isTokenOf } from './api-key.ts';
import { KeyFileTrouble, readKeyFile } from './key-file.ts';

const LOOK_EVERY_MS = 400;

export type Verdict =
  | { ok: true; key: ApiKey }
  | { ok: false; code: 'unknown-api-key' | 'revoked-api-key' | 'unavailable' };

export class KeyRing {
  readonly path: string;
  #keys = new Map<string, ApiKey>();
  #required = false;
  #readable = true;
  #seen = '';
  readonly #timer: NodeJS.Timeout;
  readonly #listeners = new Set<() => void>();

  private constructor(path: string) {
    this.path = path;
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Watches the file at a path; it may appear later. @throws KeyFileTrouble for one that is damaged */
  static async open(path: string): Promise<KeyRing> {
    const ring = new KeyRing(path);
    try {
      ring.#seen = await stateOf(path);
      ring.#read();
      return ring;
    } catch (error) {
      ring.close();
      throw error;
    }
  }

  /** Whether requests need a key. Once true it stays so. */
  get required(): boolean {
    return this.#required;
  }

  check(token: string): Verdict {
    if (!this.#readable) return { ok: false, code: 'unavailable' };
    const key = this.#keys.get(idOfToken(token) ?? '');
    if (!isTokenOf(token, key)) return { ok: false, code: 'unknown-api-key' };
    if (key!.revokedAt !== undefined) return { ok: false, code: 'revoked-api-key' };
    return { ok: true, key: key! };
  }

  /** Whether the key of this id is in force. */
  holds(id: string): boolean {
    const key = this.#keys.get(id);
    return this.#readable && key !== undefined && key.revokedAt === undefined;
  }

  /** How often the key of this id may ask; undefined for as often as it likes. */
  rateOf(id: string): AttemptRate | undefined {
    return this.#keys.get(id)?.rate;
  }

  /** Called after each change of the keys. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Looks at the file now, and reads it if it is another one than before. */
  async look(): Promise<void> {
    const state = await stateOf(this.path);
    if (state === this.#seen) return;
    this.#seen = state;
    try {
      this.#read();
    } catch (error) {
      if (!(error instanceof KeyFileTrouble)) throw error;
      this.#readable = false;
    }
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #read(): void {
    const keys = readKeyFile(this.path);
    this.#required ||= keys !== undefined;
    this.#readable = keys !== undefined || !this.#required;
    this.#keys = new Map(keys?.map((key) => [key.id, key]));
  }
}

/** Differs whenever the file does. A file that cannot be asked is the same as none. */
async function stateOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}
