// `npm run services`: starts a Redis Cluster of three masters, a PostgreSQL and a Kafka on the loopback, from what the machine has, says where
// they are and how a server uses them, and ends them with their data on Ctrl-C. For trying things; tests start theirs
// the same way. With `--json` the last thing that it says is one line for programs.

import { startKafka } from './support/kafka.ts';
import { provide } from './support/needs.ts';
import { startPostgres } from './support/postgres.ts';
import { RedisCluster } from './support/redis/cluster-server.ts';
import { redisClusterMissing, startRedis } from './support/redis.ts';

const SLOTS = 6;

// First of those who hear it; what was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

const absent = provide(['redis', 'postgres', 'kafka']);
if (absent.length > 0) process.exit(1);
const [{ redis, engine }, { address: postgres }, { address: kafka }] = await Promise.all([
  redisThere(),
  startPostgres(),
  startKafka(),
]);
const serve = [
  ...['--engine', engine],
  ...['--record', `${postgres}?schema=shop`],
  ...['--events', `kafka://${kafka}/events`],
  ...['--queue', `kafka://${kafka}/turns`],
];
const said = `
Redis       ${redis.join('\n            ')}
PostgreSQL  ${postgres}
Kafka       ${kafka}

bin/holdfast serve ${serve.map((word) => (word.includes('?') ? `'${word}'` : word)).join(' ')}

Ctrl-C ends them and removes what they keep.`;
const isAsked = process.argv.includes('--json');
console.log(isAsked ? JSON.stringify({ name: 'services', redis, postgres, kafka, serve }) : said);
// What was started does not keep this process.
setInterval(() => {}, 60_000);

/** Three masters; or one Redis where only a container can be had, whose nodes would not find each other. */
async function redisThere(): Promise<{ redis: string[]; engine: string }> {
  if (redisClusterMissing() !== undefined) {
    const { address } = await startRedis();
    return { redis: [address], engine: address };
  }
  const cluster = await RedisCluster.start();
  return {
    redis: cluster.addresses,
    engine: cluster.addressOf({ namespace: 'shop', slots: SLOTS }),
  };
}
