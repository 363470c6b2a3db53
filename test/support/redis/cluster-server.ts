// A Redis Cluster of a test's own: masters on ports of the loopback, each with an equal part of the slots. Moves
// slots between them, as an operator does; every command is Redis's own.

import { setTimeout as delay } from 'node:timers/promises';
import { lastingPort } from '../free-port.ts';
import { findRedisProgram } from './find.ts';
import { RedisProgram } from './program-server.ts';
import { ask, REDIS_SETTINGS } from './server.ts';

const SLOTS = 16_384;
const READY_MAX_MS = 60_000;
const POLL_MS = 50;
const MIGRATE_MAX_MS = '30000';
const KEYS_AT_ONCE = '1000';
/** Longer than any test is held up: nobody takes a node for dead. */
const NODE_TIMEOUT_MS = '60000';

interface Node {
  server: RedisProgram;
  id: string;
  port: string;
  /** Where nodes talk to each other. */
  bus: string;
}

export class RedisCluster {
  readonly #nodes: Node[] = [];

  /** Call `remove` when done; it goes with this process at the latest. */
  static async start(masters = 3): Promise<RedisCluster> {
    const cluster = new RedisCluster();
    try {
      for (let index = 0; index < masters; index += 1) await cluster.#add(index, masters);
      for (const { server } of cluster.#nodes) await isReady(server.address, masters);
      return cluster;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  }

  /** Of a store in so many slots, with a namespace. All nodes are named. */
  addressOf({ namespace, slots }: { namespace: string; slots: number }): string {
    const [first, ...others] = this.#nodes.map(({ port }) => `127.0.0.1:${port}`);
    const nodes = others.map((node) => `&node=${node}`).join('');
    return `redis+cluster://${first}?namespace=${namespace}&slots=${slots}${nodes}`;
  }

  get addresses(): string[] {
    return this.#nodes.map(({ server }) => server.address);
  }

  /** The place among the masters of the one that has a key. */
  async masterOf(key: string): Promise<number> {
    const [{ server }] = this.#nodes as [Node];
    const slot = Number(await ask(server.address, ['CLUSTER', 'KEYSLOT', key]));
    const ranges = (await ask(server.address, ['CLUSTER', 'SLOTS'])) as [
      number,
      number,
      string[],
    ][];
    const [, , master] = ranges.find(([first, last]) => first <= slot && slot <= last)!;
    return this.#nodes.findIndex(({ port }) => port === String(master[1]));
  }

  /** Moves the slot of a key to another master, with all that is in it, as `redis-cli --cluster reshard` does. */
  async move(key: string, to: number): Promise<void> {
    const [from, target] = [this.#nodes[await this.masterOf(key)]!, this.#nodes[to]!];
    const [source, there] = [from.server.address, target.server.address];
    const slot = String(await ask(source, ['CLUSTER', 'KEYSLOT', key]));
    await ask(there, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id]);
    await ask(source, ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', target.id]);
    while (true) {
      const keys = (await ask(source, [
        'CLUSTER',
        'GETKEYSINSLOT',
        slot,
        KEYS_AT_ONCE,
      ])) as string[];
      if (keys.length === 0) break;
      const named = ['127.0.0.1', target.port, '', '0', MIGRATE_MAX_MS, 'KEYS'];
      // One by one: others see a slot of which a part has moved.
      for (const each of keys) await ask(source, ['MIGRATE', ...named, each]);
    }
    for (const { server } of [target, from, ...this.#nodes]) {
      await ask(server.address, ['CLUSTER', 'SETSLOT', slot, 'NODE', target.id]);
    }
  }

  async remove(): Promise<void> {
    for (const { server } of this.#nodes.splice(0)) await server.remove();
  }

  async #add(index: number, masters: number): Promise<void> {
    const program = findRedisProgram();
    if (program === undefined) throw new Error('no program redis-server 7 or newer');
    const bus = String(await lastingPort());
    const server = await RedisProgram.start(program, {
      ...REDIS_SETTINGS,
      'cluster-enabled': 'yes',
      'cluster-port': bus,
      'cluster-node-timeout': NODE_TIMEOUT_MS,
    });
    const { address } = server;
    const id = String(await ask(address, ['CLUSTER', 'MYID']));
    this.#nodes.push({ server, id, port: new URL(address).port, bus });
    const [first, next] = [index, index + 1].map((at) => Math.floor((at * SLOTS) / masters));
    await ask(address, ['CLUSTER', 'ADDSLOTSRANGE', String(first), String(next! - 1)]);
    await ask(address, ['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)]);
    const [one] = this.#nodes as [Node];
    if (index > 0) await ask(address, ['CLUSTER', 'MEET', '127.0.0.1', one.port, one.bus]);
  }
}

/** It knows of all masters, and that every slot has one. */
async function isReady(address: string, masters: number): Promise<void> {
  const startMs = performance.now();
  while (performance.now() - startMs < READY_MAX_MS) {
    const info = String(await ask(address, ['CLUSTER', 'INFO']));
    if (info.includes('cluster_state:ok') && info.includes(`cluster_size:${masters}\r`)) return;
    await delay(POLL_MS);
  }
  throw new Error(`the cluster did not come to be:\n${await ask(address, ['CLUSTER', 'NODES'])}`);
}
