// A figure of requests that are asked one after another on many connections: the product and the bare
// route in turn, a slice each.

import type { Figure } from '../figure.ts';
import { type Compared, comparedFigure, rate } from './compared-figure.ts';
import { balancesAddUp } from './conservation.ts';
import type { HttpParts } from './http-parts.ts';
import { RequestLoad } from './request-load.ts';

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
  const runs: Compared[] = [];
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
    runs.push({ own: measured, beside: yardstick });
    say(
      `${name}: slice ${slice}/${scale.slices}: ${rate(measured, counts)} ${loop.unit}, ` +
        `bare route ${rate(yardstick, 'accepted')}/s`,
    );
  }
  product.close();
  bare.close();
  const named = { name, counts, connections, unit: loop.unit, asked: loop.asked };
  const figure = comparedFigure({ ...named, yardstick: BARE_ROUTE, liveBefore: scale.live }, runs);
  return { ...figure, conserved: figure.conserved && addsUp };
}
