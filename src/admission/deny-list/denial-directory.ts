// Who is denied, kept in step with the journal, so that an attempt is looked up without a read: an address among
// all prefixes at once, accounts and devices by their names. What is over is kept only to be shown.

import type { Document, Engine } from '../../engines/contract.ts';
import { type Address, readPrefix } from '../../kernel/address.ts';
import {
  type Denial,
  type DenialKind,
  type Denied,
  denialId,
  denialOf,
  isDenied,
} from '../../kernel/denial.ts';
import { eachNamed, onNamed } from '../../stock/named-documents.ts';
import { PrefixTable } from '../prefix-table.ts';

/** Who tries, as far as is known. */
export interface WhoTries {
  address: Address;
  account: string | undefined;
  device: string | undefined;
}

export class DenialDirectory {
  readonly #engine: Engine;
  readonly #known = new Map<string, Denial>();
  readonly #addresses = new PrefixTable<Denial>();
  #stop: (() => void) | undefined;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async open(engine: Engine): Promise<DenialDirectory> {
    const directory = new DenialDirectory(engine);
    const take = (document: Document) => directory.take(document);
    directory.#stop = onNamed(engine, 'denial', { take });
    await eachNamed(engine, 'denial', take);
    return directory;
  }

  close(): void {
    this.#stop?.();
  }

  take(document: Document): void {
    if (document.kind !== 'denial') return;
    const denial = denialOf(document);
    const known = this.#known.get(document.id);
    if (known !== undefined && known.version >= denial.version) return;
    this.#known.set(document.id, denial);
    if (denial.kind !== 'address') return;
    const prefix = readPrefix(denial.value)!;
    if (denial.state === 'ACTIVE') this.#addresses.set(prefix, denial);
    else this.#addresses.delete(prefix);
  }

  /** What is against whoever tries; undefined where nothing is. */
  against({ address, account, device }: WhoTries): Denial | undefined {
    if (this.#known.size === 0) return undefined;
    const { nowMs } = this.#engine.clock();
    return (
      this.#addresses.find(address, (denial) => isDenied(denial, nowMs)) ??
      this.#named('account', account, nowMs) ??
      this.#named('device', device, nowMs)
    );
  }

  has(denied: Denied): boolean {
    return this.#named(denied.kind, denied.value, this.#engine.clock().nowMs) !== undefined;
  }

  /** Those that count now, in the order of their names. */
  all(): Denial[] {
    const { nowMs } = this.#engine.clock();
    return [...this.#known]
      .filter(([, denial]) => isDenied(denial, nowMs))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, denial]) => denial);
  }

  #named(kind: DenialKind, value: string | undefined, nowMs: number): Denial | undefined {
    if (value === undefined) return undefined;
    const denial = this.#known.get(denialId({ kind, value }));
    return denial !== undefined && isDenied(denial, nowMs) ? denial : undefined;
  }
}
