// A store in Redis beside its record: everything of which the two do not say the same. Both must be at rest:
// what is only late counts as a difference.

import { isDeepStrictEqual } from 'node:util';
import type { Document, OwnerState } from '../../src/engines/contract.ts';
import { Recorder } from '../../src/engines/postgres/recorder.ts';
import { redisAddress } from '../../src/engines/redis/address.ts';
import { reached } from '../../src/engines/redis/cluster-map.ts';
import { Connection } from '../../src/engines/redis/connection.ts';
import { keysOf, type StoreKeys } from '../../src/engines/redis/keys.ts';
import { slotAddresses, slotNames } from '../../src/engines/redis/open-slots.ts';
import { Reads } from '../../src/engines/redis/reads.ts';
import { deadlineOf, indexMembers } from '../../src/engines/redis/stored-state.ts';
import { requestKey } from '../../src/kernel/overlay.ts';

interface Sides {
  /** With its namespace. */
  redis: string;
  record: string;
}

export async function differences({ redis, record }: Sides): Promise<string[]> {
  const { slots } = redisAddress(redis);
  const existing = { existing: true };
  if (slots === 1) return differencesIn(redis, await Recorder.open(record, existing));
  const recorders = await Recorder.openAll(record, slotNames(slots), existing);
  const found: string[] = [];
  for (const [slot, address] of slotAddresses(redis).entries()) {
    found.push(...(await differencesIn(address, recorders[slot]!)));
  }
  return found;
}

async function differencesIn(redis: string, recorder: Recorder): Promise<string[]> {
  const at = redisAddress(redis);
  const connection = await Connection.open(reached(at), async () => {});
  try {
    return await new Comparison(connection, keysOf(at.namespace)).with(recorder);
  } finally {
    connection.close();
    await recorder.close();
  }
}

class Comparison {
  readonly #found: string[] = [];
  readonly #connection: Connection;
  readonly #keys: StoreKeys;
  readonly #reads: Reads;
  readonly #seen = { deadlines: new Map<string, number>(), index: new Set<string>() };

  constructor(connection: Connection, keys: StoreKeys) {
    this.#connection = connection;
    this.#keys = keys;
    this.#reads = new Reads(connection.send, keys);
  }

  async with(recorder: Recorder): Promise<string[]> {
    let owners = 0;
    for await (const page of recorder.rebuildState()) {
      if (page.kind === 'owners') {
        owners += page.owners.length;
        await this.#owners(page.owners);
      }
      if (page.kind === 'documents') await this.#documents(page.documents);
      if (page.kind === 'requests') await this.#requests(page.requests.map(requestKey));
    }
    const here = Number(await this.#connection.send('HLEN', this.#keys.owners));
    if (here !== owners) this.#found.push(`${here} owners in Redis, ${owners} in the record`);
    await this.#indexes();
    return this.#found;
  }

  async #owners(owners: readonly OwnerState[]): Promise<void> {
    const here = await this.#reads.owners(owners.map(({ owner }) => owner));
    for (const [index, { owner, seq, accounts }] of owners.entries()) {
      const { document: _, ...found } = here[index] ?? {};
      this.#same(`the owner ${owner}`, found, { owner, seq, accounts });
    }
  }

  async #documents(documents: readonly Document[]): Promise<void> {
    const here = await this.#reads.documents(documents.map(({ id }) => id));
    for (const [index, document] of documents.entries()) {
      // Named ones that are over come with the others, and need not be here.
      if (document.final === true) continue;
      this.#same(`the document ${document.id}`, here[index], document);
      const deadlineMs = deadlineOf(document);
      if (deadlineMs !== undefined) this.#seen.deadlines.set(document.id, deadlineMs);
      for (const member of indexMembers(document)) this.#seen.index.add(member);
    }
  }

  async #requests(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const here = await this.#connection.send('HMGET', this.#keys.decided[4]!, ...keys);
    for (const [index, value] of (here as (Buffer | null)[]).entries()) {
      if (value === null) this.#found.push(`the request ${keys[index]} is not in Redis`);
    }
  }

  async #indexes(): Promise<void> {
    const range = ['0', '-1'];
    const { send } = this.#connection;
    const timed = (await send('ZRANGE', this.#keys.deadlines, ...range, 'WITHSCORES')) as Buffer[];
    const deadlines = new Map<string, number>();
    for (let at = 0; at < timed.length; at += 2) {
      deadlines.set(String(timed[at]), Number(String(timed[at + 1])));
    }
    this.#sameSet('deadline', [...deadlines].map(String), [...this.#seen.deadlines].map(String));
    const members = (await send('ZRANGE', this.#keys.index, ...range)) as Buffer[];
    this.#sameSet('member of the index', members.map(String), [...this.#seen.index]);
  }

  #same(what: string, here: unknown, recorded: unknown): void {
    if (isDeepStrictEqual(here, recorded)) return;
    const both = `${JSON.stringify(here)}, recorded is ${JSON.stringify(recorded)}`;
    this.#found.push(`${what} is ${both}`);
  }

  #sameSet(what: string, here: readonly string[], recorded: readonly string[]): void {
    const [inRedis, inRecord] = [new Set(here), new Set(recorded)];
    for (const one of inRecord) if (!inRedis.has(one)) this.#found.push(`no ${what} ${one}`);
    for (const one of inRedis)
      if (!inRecord.has(one)) this.#found.push(`a ${what} ${one} too many`);
  }
}
