// `flash-sale.funnel`: a crowd at a sale that has one unit for every hundred attempts, let in at a set rate, two units to
// a buyer: accepted and refused together, beside a bare route.

import type { Figure } from '../figure.ts';
import { type Compared, comparedFigure, rate } from '../http/compared-figure.ts';
import { RequestLoad } from '../http/request-load.ts';
import { BARE_SALE_ROUTE, type SaleParts } from './sale-parts.ts';
import { attemptRequests } from './sale-requests.ts';

const NAME = 'flash-sale.funnel';
const LET_IN = { perSecond: 2_000, burst: 2_000 };
/** Goal on two cores of its own. */
const GOAL_PER_SECOND = 50_000;

export async function funnelFigure(parts: SaleParts): Promise<Figure> {
  const { scale, port, barePort, shop, say } = parts;
  const drawn = { pools: [shop.item], buyers: scale.buyers };
  const product = await RequestLoad.open(port, scale.connections);
  const bare = await RequestLoad.open(barePort, scale.connections);
  const runs: Compared[] = [];
  let isSold = true;
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const sale = `funnel-${slice}`;
    const beside = await bare.closed(attemptRequests(sale, drawn), scale.yardstickMs);
    // As many as the bare route would answer in the slice are the crowd.
    const crowd = (rate(beside, 'accepted') * scale.sliceMs) / 1_000;
    const units = Math.max(1, Math.round(crowd / scale.crowd));
    await shop.openFunnel(sale, { units, rate: LET_IN });
    const own = await product.closed(attemptRequests(sale, drawn), scale.sliceMs);
    shop.took('orders', own.accepted);
    isSold &&= own.accepted <= units && (await shop.taken(sale)) === own.accepted;
    if (slice === 0) continue;
    runs.push({ own, beside });
    say(
      `${NAME}: slice ${slice}/${scale.slices}: ${rate(own, 'answered')} answers/s, ${own.accepted} of ` +
        `${units} units, bare route ${rate(beside, 'accepted')}/s`,
    );
  }
  product.close();
  bare.close();
  const named = {
    name: NAME,
    unit: 'answers/s, accepted and refused',
    counts: 'answered' as const,
    yardstick: BARE_SALE_ROUTE,
    connections: scale.connections,
    liveBefore: scale.live,
    asked: { ratioMin: 0.8, goal: GOAL_PER_SECOND },
  };
  const figure = comparedFigure(named, runs);
  return { ...figure, conserved: figure.conserved && isSold };
}
