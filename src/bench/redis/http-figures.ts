// Over HTTP: the server as its users start it beside the pair that is written by hand, Fastify with the script
// of seven lines, in turn, on one pool and on a thousand. Redis and what it persists are the same for both.

import { type Figure, median } from '../figure.ts';
import { inBenchFolder } from '../http/bench-folder.ts';
import { startChildProgram } from '../http/child-program.ts';
import { type Compared, comparedFigure, rate } from '../http/compared-figure.ts';
import { type ProductServer, startProduct } from '../http/product-server.ts';
import { RequestLoad } from '../http/request-load.ts';
import { randomBuyer, reserveRequests, STAYS_FOR } from '../http/reserve-requests.ts';
import { sent } from '../http/sent.ts';
import type { RedisFigure, RedisParts } from './redis-parts.ts';

export const HTTP_FIGURES: readonly RedisFigure[] = [
  { name: 'redis.http', measure: (parts) => figure('redis.http', parts, 1) },
  {
    name: 'redis.http.spread',
    measure: (parts) => figure('redis.http.spread', parts, parts.store.pools.length),
  },
];

interface Ports {
  product: number;
  pair: number;
}

function figure(name: string, parts: RedisParts, poolCount: number): Promise<Figure> {
  const { program, store } = parts;
  return inBenchFolder(async (directory) => {
    const server = await startProduct({ program, directory, ...store.address });
    const pair = startChildProgram('../redis/hand-written-pair');
    try {
      const { url, beside } = store.redis;
      const reply = await oneReply(parts, server);
      const { port } = await pair.ask<{ port: number }>({ url, beside, reply });
      return await measured(name, {
        parts,
        poolCount,
        ports: { product: server.port, pair: port },
      });
    } finally {
      await pair.stop();
      await server.stop();
    }
  });
}

interface Run {
  parts: RedisParts;
  poolCount: number;
  ports: Ports;
}

async function measured(name: string, { parts, poolCount, ports }: Run): Promise<Figure> {
  const { scale, store, say } = parts;
  const pools = store.pools.slice(0, poolCount);
  const requests = reserveRequests({ pools, buyers: scale.buyers });
  const loads = {
    own: await RequestLoad.open(ports.product, scale.connections),
    pair: await RequestLoad.open(ports.pair, scale.connections),
  };
  const slices: Compared[] = [];
  const recordedPerSecond: number[] = [];
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const startMs = performance.now();
    const own = await loads.own.closed(requests, scale.sliceMs);
    store.promised(own.accepted);
    // Nobody is measured beside what the other has left to do.
    await store.recorded();
    const seconds = (performance.now() - startMs) / 1_000;
    const beside = await loads.pair.closed(requests, scale.sliceMs);
    if (slice === 0) continue;
    slices.push({ own, beside });
    recordedPerSecond.push(own.accepted / seconds);
    const rates = `${rate(own, 'accepted')}/s, by hand ${rate(beside, 'accepted')}/s`;
    say(`${name}: slice ${slice}/${scale.slices}: ${rates}`);
  }
  loads.own.close();
  loads.pair.close();
  const found = comparedFigure(
    {
      name,
      unit: 'accepted reservations/s',
      yardstick: 'Fastify and a script by hand (GET, compare, DECRBY, SETEX), the same Redis',
      ...{ counts: 'accepted', connections: scale.connections, liveBefore: scale.rows },
      asked: { ratioMin: 1 },
    },
    slices,
  );
  return { ...found, pools: poolCount, recordedPerSecond: Math.round(median(recordedPerSecond)) };
}

/** The body of one accepted reservation, as the server shows it. */
async function oneReply({ store, scale }: RedisParts, { url }: ProductServer): Promise<object> {
  const lines = [{ pool: store.pools[0], quantity: 1 }];
  const command = { lines, buyer: randomBuyer(scale.buyers), holdFor: STAYS_FOR };
  const reply = await sent('POST', `${url}/v1/reservations`, command);
  store.promised(1);
  return reply;
}
