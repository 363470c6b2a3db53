// `node bench/redis-script.ts [--rows N] [--rounds N] [--count N]`: what a reservation costs in the script,
// by Redis's own count (INFO commandstats, which is wall time) and by the processor time of its thread, in
// batches of 1, 32 and 256 on one hot pool and on 1,000 pools; in turns with a script that is written by hand
// and called once for each (GET, compare, DECRBY, SETEX). Prints JSON, one object per figure; µs each.

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { median } from '../src/bench/figure.ts';
import { Connection } from '../src/engines/redis/connection.ts';
import { provideRedis } from '../test/support/redis.ts';
import { RedisReservations } from './redis-reservations.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    count: { type: 'string', default: '20480' },
    redis: { type: 'string' },
  },
});
const [ROWS, ROUNDS, COUNT] = [Number(values.rows), Number(values.rounds), Number(values.count)];
const SIZES = [1, 32, 256];
const UNDER_WAY = 64;
const HAND_WRITTEN = `local left = tonumber(redis.call('GET', KEYS[1]))
local wanted = tonumber(ARGV[1])
if left < wanted then
  return 0
end
redis.call('DECRBY', KEYS[1], wanted)
redis.call('SETEX', KEYS[2], ARGV[2], ARGV[3])
return 1`;

interface Cost {
  script: number;
  processor: number;
}

const url = values.redis ?? (await provideRedis());
const operator = await Connection.open({ url, name: 'bench' }, async () => {});
const hot = await RedisReservations.open(url, { pools: 1, rows: ROWS });
const many = await RedisReservations.open(url, { pools: 1_000, rows: ROWS });
const costs = new Map<string, Cost[]>();

for (let round = 0; round < ROUNDS; round += 1) {
  await measured('by hand, one by one', byHand);
  for (const [where, reservations] of [
    ['one pool', hot] as const,
    ['1,000 pools', many] as const,
  ]) {
    for (const size of SIZES) {
      const batches = Array.from({ length: Math.ceil(COUNT / size / (size === 1 ? 4 : 1)) }, () =>
        reservations.batch(size),
      );
      await measured(`batches of ${size}, ${where}`, async () => {
        for (const batch of batches) await reservations.send(batch);
        return batches.length * size;
      });
    }
  }
}
for (const [name, each] of costs) {
  const of = (what: keyof Cost) => Number(median(each.map((cost) => cost[what])).toFixed(1));
  const [least, most] = [Math.min, Math.max].map((pick) =>
    Number(pick(...each.map(({ processor }) => processor)).toFixed(1)),
  );
  const processorPerSecond = Math.round(1e6 / of('processor'));
  console.log(
    JSON.stringify({
      name,
      scriptUs: of('script'),
      processorUs: of('processor'),
      least,
      most,
      processorPerSecond,
    }),
  );
}
await hot.drop();
await many.drop();
operator.close();

async function byHand(): Promise<number> {
  await operator.send('SET', 'bench:left', '1000000000');
  const sum = String(await operator.send('SCRIPT', 'LOAD', HAND_WRITTEN));
  let left = COUNT;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const held = `bench:held:${randomUUID()}`;
      await operator.send('EVALSHA', sum, '2', 'bench:left', held, '1', '900', 'buyer-123456');
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, caller));
  return COUNT;
}

async function measured(name: string, act: () => Promise<number>): Promise<void> {
  await operator.send('CONFIG', 'RESETSTAT');
  const before = await processorUs();
  const count = await act();
  const cost = {
    script: (await scriptUs()) / count,
    processor: ((await processorUs()) - before) / count,
  };
  costs.set(name, [...(costs.get(name) ?? []), cost]);
}

async function info(section: string, pattern: RegExp): Promise<number> {
  const text = String(await operator.send('INFO', section));
  return [...text.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0);
}

function scriptUs(): Promise<number> {
  return info('commandstats', /cmdstat_(?:fcall|evalsha):calls=\d+,usec=(\d+)/g);
}

async function processorUs(): Promise<number> {
  return 1e6 * (await info('cpu', /used_cpu_(?:user|sys)_main_thread:([\d.]+)/g));
}
