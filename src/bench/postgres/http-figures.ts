// The hot pool over HTTP: one server process beside transactions written by hand, and several together
// beside one, in turn. The servers are processes as their users start them, on one store.

import type { Figure } from '../figure.ts';
import { inBenchFolder } from '../http/bench-folder.ts';
import { type ProductServer, startProduct } from '../http/product-server.ts';
import { type Measured, RequestLoad } from '../http/request-load.ts';
import { reserveRequests } from '../http/reserve-requests.ts';
import { poolName } from '../locking/carts.ts';
import type { LoopCounts } from '../locking/closed-loop.ts';
import { type LoopSlices, loopFigure, perSecond } from '../locking/loop-figure.ts';
import { BUYERS } from '../locking/store.ts';
import { byHand, HOT } from './engine-figures.ts';
import type { PostgresParts } from './postgres-parts.ts';

const ONE = 'postgres.http.hot';
const SEVERAL = 'postgres.http.hot.4';

export const HTTP_FIGURES: readonly string[] = [ONE, SEVERAL];

interface HttpCounts extends LoopCounts {
  /** Turned away under load: 503. */
  shed: number;
}

interface HttpSlices extends LoopSlices {
  own: readonly HttpCounts[];
}

interface HttpRun {
  parts: PostgresParts;
  /** The program `holdfast`. */
  program: string;
  only?: string | undefined;
}

export async function httpFigures({ parts, program, only }: HttpRun): Promise<Figure[]> {
  const { rows, connections, servers } = parts.scale;
  const { one, several } = await withServers(parts, program, (ports) => measured(parts, ports));
  const kept = { connections, rows, conserved: true, unit: parts.unit };
  const figures = [
    {
      ...loopFigure({ name: ONE, ...kept, yardstick: parts.byHand }, one),
      ratioMin: 8,
      servers: 1,
    },
    {
      ...loopFigure({ name: SEVERAL, ...kept, yardstick: 'one server process' }, several),
      ...{ ratioMin: 1, servers, shed: shedIn(several) },
    },
  ];
  return figures
    .filter(({ name }) => only === undefined || name === only)
    .map((figure) => ({ ...figure, connections, rows }));
}

function shedIn({ own }: HttpSlices): number {
  return own.reduce((total, { shed }) => total + shed, 0);
}

function withServers<T>(
  { address, scale }: PostgresParts,
  program: string,
  use: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  return inBenchFolder(async (directory) => {
    const servers: ProductServer[] = [];
    try {
      while (servers.length < scale.servers) {
        servers.push(await startProduct({ program, directory, engine: address }));
      }
      return await use(servers.map(({ port }) => port));
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
}

async function measured(
  parts: PostgresParts,
  ports: readonly number[],
): Promise<{ one: HttpSlices; several: HttpSlices }> {
  const { scale, say } = parts;
  const hand: LoopCounts[] = [];
  const one: HttpCounts[] = [];
  const several: HttpCounts[] = [];
  // The first slice warms all of them up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const counts = {
      hand: await byHand(parts, HOT),
      one: await overHttp(parts, ports.slice(0, 1)),
      several: await overHttp(parts, ports),
    };
    if (slice === 0) continue;
    hand.push(counts.hand);
    one.push(counts.one);
    several.push(counts.several);
    const rates = `one ${perSecond(counts.one)}, ${ports.length} ${perSecond(counts.several)}`;
    const besides = `by hand ${perSecond(counts.hand)}`;
    say(`${ONE}: slice ${slice}/${scale.slices}: servers: ${rates}, ${besides}`);
  }
  return { one: { own: one, beside: hand }, several: { own: several, beside: one } };
}

async function overHttp(
  { store, scale }: PostgresParts,
  ports: readonly number[],
): Promise<HttpCounts> {
  const next = reserveRequests({ pools: [poolName(0)], buyers: BUYERS });
  const each = Math.ceil(scale.connections / ports.length);
  const loads: RequestLoad[] = [];
  try {
    for (const port of ports) loads.push(await RequestLoad.open(port, each));
    const startMs = performance.now();
    const parts = await Promise.all(loads.map((load) => load.closed(next, scale.sliceMs)));
    const seconds = (performance.now() - startMs) / 1_000;
    const sum = (of: (part: Measured) => number) =>
      parts.reduce((total, part) => total + of(part), 0);
    const accepted = sum((part) => part.accepted);
    store.promised(accepted);
    return {
      accepted,
      refused: sum((part) => part.refused),
      failed: sum((part) => part.failed),
      shed: sum((part) => part.shed),
      latenciesMs: parts.flatMap(({ latenciesMs }) => latenciesMs),
      acceptedPerSecond: accepted / seconds,
    };
  } finally {
    for (const load of loads) load.close();
  }
}
