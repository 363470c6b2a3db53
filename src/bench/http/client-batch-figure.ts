// Reservations through the typed client, whose concurrent calls share requests: its process and the
// bare route in turn, a slice each.

import { type Figure, median, quantile } from '../figure.ts';
import { startChildProgram } from './child-program.ts';
import type { CallersQuestion, CallersReply } from './client-callers.ts';
import { rate } from './compared-figure.ts';
import { balancesAddUp } from './conservation.ts';
import type { HttpParts } from './http-parts.ts';
import { RequestLoad } from './request-load.ts';
import { reserveRequests } from './reserve-requests.ts';

const NAME = 'http.client-batch';

export async function clientBatchFigure(parts: HttpParts): Promise<Figure> {
  const callers = startChildProgram('client-callers');
  try {
    return await measure(parts, (question) => callers.ask(question));
  } finally {
    await callers.stop();
  }
}

async function measure(
  { scale, server, barePort, shop, say }: HttpParts,
  ask: (question: CallersQuestion) => Promise<CallersReply>,
): Promise<Figure> {
  const { pools, buyers } = shop;
  const bare = await RequestLoad.open(barePort, scale.connections);
  const runs: { product: CallersReply; bare: number }[] = [];
  let addsUp = true;
  await ask({ open: { url: server.url, pools, buyers, callers: scale.callers } });
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const warmUp = slice === 0;
    const product = await ask({ reserveForMs: warmUp ? scale.yardstickMs : scale.sliceMs });
    shop.accepted += product.accepted;
    addsUp &&= await balancesAddUp(shop);
    const { cancelled } = await ask({ cancel: true });
    shop.cancelled += cancelled;
    await shop.tablesCaughtUp();
    const yardstick = await bare.closed(reserveRequests(shop), scale.yardstickMs);
    if (warmUp) continue;
    runs.push({ product, bare: rate(yardstick, 'accepted') });
    const perSecond = Math.round(product.accepted / product.seconds);
    say(
      `${NAME}: slice ${slice}/${scale.slices}: ${perSecond} reservations/s, ` +
        `bare route ${runs.at(-1)!.bare}/s`,
    );
  }
  bare.close();
  const figure = figureOf(runs, scale);
  return { ...figure, conserved: figure.conserved && addsUp };
}

function figureOf(
  runs: { product: CallersReply; bare: number }[],
  { callers, live }: { callers: number; live: number },
): Figure {
  const latenciesMs = runs.flatMap(({ product }) => product.latenciesMs);
  const rates = runs.map(({ product }) => Math.round(product.accepted / product.seconds));
  const sum = (of: (run: CallersReply) => number) =>
    runs.reduce((total, { product }) => total + of(product), 0);
  return {
    name: NAME,
    value: median(rates),
    unit: 'accepted reservations/s',
    yardstick: 'a bare Fastify POST route, one reservation in a request',
    yardstickValue: median(runs.map(({ bare }) => bare)),
    ratio: median(runs.map(({ bare }, index) => rates[index]! / bare)),
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    accepted: sum((run) => run.accepted),
    refused: sum((run) => run.refused),
    conserved: sum((run) => run.failed) === 0,
    failed: sum((run) => run.failed),
    callers,
    liveBefore: live,
    loadShare: median(runs.map(({ product }) => product.loadShare)),
    valueMin: 60_000,
  };
}
