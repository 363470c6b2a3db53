// `npm run services`: starts a Redis, a PostgreSQL and a Kafka on the loopback, from what the machine has, says where
// they are and how a server uses them, and ends them with their data on Ctrl-C. For trying things; tests start theirs
// the same way. With `--json` the last thing that it says is one line for programs.

import { startKafka } from './support/kafka.ts';
import { provide } from './support/needs.ts';
import { startPostgres } from './support/postgres.ts';
import { startRedis } from './support/redis.ts';

// First of those who hear it; what was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

const absent = provide(['redis', 'postgres', 'kafka']);
if (absent.length > 0) process.exit(1);
const [{ address: redis }, { address: postgres }, { address: kafka }] = await Promise.all([
  startRedis(),
  startPostgres(),
  startKafka(),
]);
const serve = [
  ...['--engine', redis],
  ...['--record', `${postgres}?schema=shop`],
  ...['--events', `kafka://${kafka}/events`],
  ...['--queue', `kafka://${kafka}/turns`],
];
const said = `
Redis       ${redis}
PostgreSQL  ${postgres}
Kafka       ${kafka}

bin/holdfast serve ${serve.map((word) => (word.includes('?') ? `'${word}'` : word)).join(' ')}

Ctrl-C ends them and removes what they keep.`;
const isAsked = process.argv.includes('--json');
console.log(isAsked ? JSON.stringify({ name: 'services', redis, postgres, kafka, serve }) : said);
// What was started does not keep this process.
setInterval(() => {}, 60_000);
