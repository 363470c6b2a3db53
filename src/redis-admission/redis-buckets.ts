// Buckets that several servers share, in Redis, by Redis's clock. An empty one is remembered until it can have a token
// again, so that a crowd that is turned away costs Redis nothing. While Redis is away each server keeps its own.

import type { BucketAsked, Buckets, Taken } from '../admission/buckets.ts';
import type { BucketLook } from '../admission/token-bucket.ts';
import type { Reply, Send } from '../engines/redis/connection.ts';
import { EmptyBuckets } from './empty-buckets.ts';

/**
 * ARGV of each bucket: ms between two tokens, the burst. A bucket is one number, as token-bucket.ts has it, and is
 * forgotten once it is full. Counted from October 2025: a double of ms since 1970 has steps of 0.24 µs, which at
 * 100,000 tokens/s is 2 % of each. Returns whether it admits, and for each bucket ms until a token is there and
 * until it is full.
 */
const TAKE = `
local time = redis.call('TIME')
local now = (time[1] - 1760000000) * 1000 + time[2] / 1000
local waits, fulls, afters = {}, {}, {}
local admitted = true
for at = 1, #KEYS do
  local every, burst = tonumber(ARGV[at * 2 - 1]), tonumber(ARGV[at * 2])
  local before = math.max(tonumber(redis.call('GET', KEYS[at]) or now), now)
  local after = before + every
  waits[at] = after - burst * every - now
  fulls[at] = before - now
  afters[at] = after
  if waits[at] > 0.001 then admitted = false else waits[at] = 0 end
end
local told = {admitted and 1 or 0}
for at = 1, #KEYS do
  if admitted then
    fulls[at] = afters[at] - now
    redis.call('SET', KEYS[at], string.format('%.6f', afters[at]), 'PX', math.ceil(fulls[at]) + 1)
  end
  told[#told + 1] = string.format('%.3f', waits[at])
  told[#told + 1] = string.format('%.3f', fulls[at])
end
return told
`;

export interface RedisBucketsOptions {
  send: Send;
  /** Stands before every key. */
  prefix: string;
  /** While Redis is away. */
  alone: Buckets;
}

export class RedisBuckets implements Buckets {
  readonly #options: RedisBucketsOptions;
  readonly #empty = new EmptyBuckets();

  constructor(options: RedisBucketsOptions) {
    this.#options = options;
  }

  take(asked: readonly BucketAsked[]): Taken | Promise<Taken> {
    return this.#empty.refused(asked) ?? this.#ask(asked);
  }

  async #ask(asked: readonly BucketAsked[]): Promise<Taken> {
    const { send, prefix, alone } = this.#options;
    const keys = asked.map(({ rule, key }) => `${prefix}:bucket:${rule.name}:${key}`);
    const rules = asked.flatMap(({ rule }) => [String(1_000 / rule.perSecond), String(rule.burst)]);
    let told: string[];
    try {
      const reply = await send('EVAL', TAKE, String(keys.length), ...keys, ...rules);
      told = (reply as readonly Reply[]).map(String);
    } catch {
      return alone.take(asked);
    }
    const taken = { isAdmitted: told[0] === '1', looks: looksOf(asked, told.slice(1)) };
    this.#empty.note(asked, taken);
    return taken;
  }
}

function looksOf(asked: readonly BucketAsked[], told: readonly string[]): BucketLook[] {
  return asked.map(({ rule: { perSecond, burst } }, index) => {
    const waitMs = Number(told[index * 2]);
    const fullInMs = Number(told[index * 2 + 1]);
    const remaining = Math.max(0, Math.floor(burst - (fullInMs * perSecond) / 1_000 + 1e-6));
    return { isAdmitted: waitMs === 0, remaining, waitMs, fullInMs };
  });
}
