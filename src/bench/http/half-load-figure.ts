// How fast "sold out" is said at half of what the server can refuse: as many requests a second,
// whether it keeps up or not.

import { setTimeout as wait } from 'node:timers/promises';
import { type Figure, quantile } from '../figure.ts';
import { rate } from './compared-figure.ts';
import type { HttpParts } from './http-parts.ts';
import { type Measured, RequestLoad } from './request-load.ts';

/** `refusals`: how many a second were measured. */
export async function halfLoadFigure(
  { scale, server, barePort, say }: HttpParts,
  { requests, refusals }: { requests: () => string; refusals: number },
): Promise<Figure> {
  const perSecond = Math.max(1, Math.round(refusals / 2));
  const name = 'http.refuse.half-load';
  const measure = async (port: number, forMs: number): Promise<Measured> => {
    const load = await RequestLoad.open(port, scale.connections);
    const running = load.steady(requests, perSecond);
    await wait(forMs);
    const measured = await running.stop();
    load.close();
    return measured;
  };
  const product = await measure(server.port, scale.halfLoadMs);
  const bare = await measure(barePort, scale.yardstickMs * 2);
  const p99Ms = quantile(product.latenciesMs, 0.99);
  const bareP99Ms = quantile(bare.latenciesMs, 0.99);
  say(
    `${name}: p99 ${p99Ms.toFixed(2)} ms at ${perSecond}/s, bare route ${bareP99Ms.toFixed(2)} ms`,
  );
  return {
    name,
    value: p99Ms,
    unit: 'ms p99 of a refusal at half load',
    yardstick: 'the bare Fastify POST route at the same load, ms p99',
    yardstickValue: bareP99Ms,
    ratio: p99Ms / bareP99Ms,
    p50Ms: quantile(product.latenciesMs, 0.5),
    p99Ms,
    accepted: product.accepted,
    refused: product.refused,
    conserved: product.failed + product.accepted === 0,
    shed: product.shed,
    failed: product.failed,
    askedPerSecond: perSecond,
    answeredPerSecond: rate(product, 'refused'),
    yardstickP50Ms: quantile(bare.latenciesMs, 0.5),
    yardstickP99Ms: bareP99Ms,
    loadShare: product.loadShare,
    p99MsMax: 5,
  };
}
