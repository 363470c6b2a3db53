// `node bench/redis-http-cost.ts [--rows N] [--pools N] [--slices N] [--slice-ms N]`: what a reservation over HTTP
// costs with a store in Redis, thread by thread, until it is answered and until it is recorded; in turns with the
// pair that is written by hand. Linux alone. Prints JSON, one object per slice; µs of processor time each.

import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { inBenchFolder } from '../src/bench/http/bench-folder.ts';
import { startChildProgram } from '../src/bench/http/child-program.ts';
import { startProduct } from '../src/bench/http/product-server.ts';
import { RequestLoad } from '../src/bench/http/request-load.ts';
import { reserveRequests } from '../src/bench/http/reserve-requests.ts';
import { HandWrittenScript } from '../src/bench/redis/hand-written-script.ts';
import { RedisStore, STOCK_PER_POOL } from '../src/bench/redis/redis-store.ts';
import { REDIS_FULL } from '../src/bench/redis/scale.ts';
import { providePostgres } from '../test/support/postgres.ts';
import { provideRedis } from '../test/support/redis.ts';
import { ROOT } from '../test/support/test-files.ts';
import { childrenUs, parentOf, threadsUs } from './processor-time.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    pools: { type: 'string', default: '1' },
    slices: { type: 'string', default: '5' },
    'slice-ms': { type: 'string', default: '4000' },
  },
});
const { buyers, connections } = REDIS_FULL;
const [SLICES, SLICE_MS] = [Number(values.slices), Number(values['slice-ms'])];

const record = await providePostgres();
const postmaster = await postmasterOf(record);
const store = await RedisStore.make(
  { engine: await provideRedis(), record },
  { ...REDIS_FULL, rows: Number(values.rows) },
);
const { url, beside, slots } = store.redis;
const { connection } = slots[0]!;
await (await HandWrittenScript.open(url, beside)).supply(store.pools, STOCK_PER_POOL);
await inBenchFolder(async (directory) => {
  const program = `${ROOT}/bin/holdfast`;
  const server = await startProduct({ program, directory, ...store.address });
  const pair = startChildProgram('../redis/hand-written-pair');
  const reply = { lines: [{ pool: store.pools[0], quantity: 1 }], held: 'x'.repeat(300) };
  const { port } = await pair.ask<{ port: number }>({ url, beside, reply });
  const requests = reserveRequests({ pools: store.pools.slice(0, Number(values.pools)), buyers });
  const sides = [
    { name: 'own', pid: server.pid, load: await RequestLoad.open(server.port, connections) },
    { name: 'by hand', pid: pair.pid, load: await RequestLoad.open(port, connections) },
  ];
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= SLICES; slice += 1) {
    for (const side of sides) {
      const found = await costOf(side, requests);
      if (slice > 0) console.log(JSON.stringify({ side: side.name, slice, ...found }));
    }
  }
  for (const { load } of sides) load.close();
  await pair.stop();
  await server.stop();
});
await store.drop();
process.exit();

async function costOf({ pid, load }: { pid: number; load: RequestLoad }, next: () => string) {
  const before = await counted(pid);
  const startMs = performance.now();
  const { accepted, seconds } = await load.closed(next, SLICE_MS);
  const answered = await counted(pid);
  await store.recorded();
  const recorded = await counted(pid);
  const recordedSeconds = (performance.now() - startMs) / 1_000;
  const each = (counts: Record<string, number>) =>
    Object.fromEntries(
      Object.entries(counts)
        .map(([name, us]) => [name, Number(((us - (before[name] ?? 0)) / accepted).toFixed(1))])
        .filter(([, us]) => us !== 0),
    );
  return {
    perSecond: Math.round(accepted / seconds),
    recordedPerSecond: Math.round(accepted / recordedSeconds),
    untilAnswered: each(answered),
    untilRecorded: each(recorded),
  };
}

/** µs by now. */
async function counted(pid: number): Promise<Record<string, number>> {
  const threads = [...threadsUs(pid)].map(([name, us]) => [`server ${name}`, us] as const);
  const { user, system } = process.cpuUsage();
  return {
    redis: await redisUs(),
    postgres: childrenUs(postmaster),
    load: user + system,
    ...Object.fromEntries(threads),
  };
}

async function redisUs(): Promise<number> {
  const text = String(await connection.send('INFO', 'cpu'));
  const parts = [...text.matchAll(/used_cpu_(?:user|sys)_main_thread:([\d.]+)/g)];
  return parts.reduce((sum, [, seconds]) => sum + 1e6 * Number(seconds), 0);
}

async function postmasterOf(connectionString: string): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  const pid = parentOf(Number(rows[0].pid));
  await client.end();
  return pid;
}
