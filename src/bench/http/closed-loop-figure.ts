// A figure of requests that are asked one after another on many connections: the product and the bare
// route in turn, a slice each.

import { type Figure, median, quantile } from '../figure.ts';
import { balancesAddUp } from './conservation.ts';
import type { HttpParts } from './http-parts.ts';
import { type Measured, RequestLoad } from './request-load.ts';

export interface ClosedLoop {
  name: string;
  unit: string;
  connections: number;
  requests: () => string;
  /** Which answers count. */
  counts: 'accepted' | 'refused';
  asked: Record<string, number>;
}

export const BARE_ROUTE = 'a bare Fastify POST route: same body, same check, reply of that size';

export async function closedLoopFigure(parts: HttpParts, loop: ClosedLoop): Promise<Figure> {
  const { scale, server, barePort, shop, say } = parts;
  const { name, connections, requests, counts } = loop;
  const product = await RequestLoad.open(server.port, connections);
  const bare = await RequestLoad.open(barePort, connections);
  const runs: { product: Measured; bare: Measured }[] = [];
  let addsUp = true;
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const warmUp = slice === 0;
    const measured = await product.closed(requests, warmUp ? scale.yardstickMs : scale.sliceMs);
    shop.accepted += measured.accepted;
    addsUp &&= await balancesAddUp(shop);
    await shop.cancel(measured.ids);
    const yardstick = await bare.closed(requests, scale.yardstickMs);
    if (warmUp) continue;
    runs.push({ product: measured, bare: yardstick });
    say(
      `${name}: slice ${slice}/${scale.slices}: ${rate(measured, counts)} ${loop.unit}, ` +
        `bare route ${rate(yardstick, 'accepted')}/s`,
    );
  }
  product.close();
  bare.close();
  const figure = figureOf(loop, runs, scale.live);
  return { ...figure, conserved: figure.conserved && addsUp };
}

function figureOf(
  { name, unit, connections, counts, asked }: ClosedLoop,
  runs: { product: Measured; bare: Measured }[],
  liveBefore: number,
): Figure {
  const sum = (of: (run: Measured) => number) =>
    runs.reduce((total, { product }) => total + of(product), 0);
  const latenciesMs = runs.flatMap(({ product }) => product.latenciesMs);
  const bareMs = runs.flatMap(({ bare }) => bare.latenciesMs);
  return {
    name,
    value: median(runs.map(({ product }) => rate(product, counts))),
    unit,
    yardstick: BARE_ROUTE,
    yardstickValue: median(runs.map(({ bare }) => rate(bare, 'accepted'))),
    ratio: median(runs.map(({ product, bare }) => rate(product, counts) / rate(bare, 'accepted'))),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    accepted: sum((run) => run.accepted),
    refused: sum((run) => run.refused),
    conserved: sum((run) => run.failed) === 0,
    shed: sum((run) => run.shed),
    failed: sum((run) => run.failed),
    connections,
    liveBefore,
    yardstickP50Ms: quantile(bareMs, 0.5),
    yardstickP99Ms: quantile(bareMs, 0.99),
    loadShare: median(runs.map(({ product }) => product.loadShare)),
    yardstickLoadShare: median(runs.map(({ bare }) => bare.loadShare)),
    ...asked,
  };
}

export function rate(measured: Measured, counts: 'accepted' | 'refused'): number {
  return Math.round(measured[counts] / measured.seconds);
}
