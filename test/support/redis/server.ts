// What every Redis of the tests is, however it is run: its settings, and how one sees that it answers.
// Starts none itself.

import { setTimeout as delay } from 'node:timers/promises';
import { RedisClient } from '@redis/client';

/** Names and values as in redis.conf. */
export type RedisSettings = Readonly<Record<string, string>>;

/** A Redis of a test's own, to be treated badly. Its address stays the same over restarts. */
export interface RedisServer {
  readonly address: string;
  /** Ends it as its operator would. */
  stop(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again after a stop or a kill; resolves when it answers. */
  restart(): Promise<void>;
  /** Holds it up, and lets it go on. */
  pause(): void;
  resume(): void;
  /** The end of what it wrote. */
  log(): string;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export const REDIS_SETTINGS: RedisSettings = {
  appendonly: 'yes',
  appendfsync: 'everysec',
  save: '',
  'maxmemory-policy': 'noeviction',
};

const READY_MAX_MS = 60_000;
const CONNECT_MAX_MS = 2_000;
const POLL_MS = 20;

export function settingArguments(settings: RedisSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** Waits until it answers; false when it has died or `READY_MAX_MS` passed. */
export async function untilReady(address: string, died: () => boolean): Promise<boolean> {
  const startMs = performance.now();
  while (!died() && performance.now() - startMs < READY_MAX_MS) {
    if (await answers(address)) return true;
    await delay(POLL_MS);
  }
  return false;
}

export async function answers(address: string): Promise<boolean> {
  return ask(address, ['PING']).then(
    (reply) => reply === 'PONG',
    () => false,
  );
}

const PROTOCOL = { RESP: 2 } as const;
/** Of one class, which is made once. */
const clientOf = RedisClient.factory(PROTOCOL);

/** One command over a connection of its own. */
export async function ask(address: string, command: readonly string[]): Promise<unknown> {
  const client = clientOf({
    url: address,
    ...PROTOCOL,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: { connectTimeout: CONNECT_MAX_MS, reconnectStrategy: false },
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    if (client.isOpen) client.destroy();
  }
}
