// Which master of a Redis Cluster keeps the keys of a store: asks one of the nodes that the address names, whichever
// answers first in their order. Remembers nothing; where it was told of an old one, that one says so itself.

import { HoldfastError } from '../../errors.ts';
import type { RedisAddress } from './address.ts';
import { newClient, type Reply, sendOver } from './client.ts';
import type { ConnectionOptions } from './connection.ts';
import { failureOf } from './failures.ts';
import { keySlot } from './key-slot.ts';

/** First and last slot, and the master's host and port. */
type Range = readonly [first: number, last: number, master: readonly [Buffer, number, ...Reply[]]];

/** What a connection to a store is made with. */
export function reached(at: RedisAddress): Pick<ConnectionOptions, 'url' | 'name' | 'locate'> {
  const named = { url: at.url, name: `holdfast:${at.namespace}` };
  return at.isCluster ? { ...named, locate: () => masterOf(at) } : named;
}

/** @throws HoldfastError `unavailable`: none of them answers, or no master has the slot */
async function masterOf(at: RedisAddress): Promise<string> {
  let failure: unknown;
  for (const node of at.nodes) {
    const url = new URL(at.url);
    url.host = node;
    try {
      return await askedOf(url, at);
    } catch (error) {
      failure = failureOf(error);
    }
  }
  throw failure;
}

async function askedOf(url: URL, { namespace }: Pick<RedisAddress, 'namespace'>): Promise<string> {
  const client = newClient({ url: url.href, name: `holdfast:${namespace}` });
  // Whoever waits for an answer hears of it.
  client.on('error', () => {});
  try {
    await client.connect();
    const slot = keySlot(namespace);
    const ranges = (await sendOver(client, ['CLUSTER', 'SLOTS'])) as unknown as Range[];
    const found = ranges.find(([first, last]) => first <= slot && slot <= last);
    if (found === undefined) {
      throw new HoldfastError('unavailable', `no master of the cluster has slot ${slot}`);
    }
    const [host, port] = found[2];
    const master = new URL(url);
    // One that does not know its own name is where it was asked.
    if (host !== null && host.length > 0) master.hostname = hostIn(String(host));
    master.port = String(port);
    return master.href;
  } finally {
    if (client.isOpen) client.destroy();
  }
}

function hostIn(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
