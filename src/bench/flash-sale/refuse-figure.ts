// `flash-sale.refuse`: refusals of a sale, for each reason by itself, beside a bare route. The figure is that of the
// reason that is slowest.

import { type Figure, median } from '../figure.ts';
import { type Compared, comparedFigure, rate } from '../http/compared-figure.ts';
import { RequestLoad } from '../http/request-load.ts';
import type { DrawnFrom } from '../http/reserve-requests.ts';
import { BARE_SALE_ROUTE, type SaleParts } from './sale-parts.ts';
import { attemptRequests } from './sale-requests.ts';
import { REASONS, type Reason } from './sale-shop.ts';

const NAME = 'flash-sale.refuse';

export async function refuseFigure(parts: SaleParts): Promise<Figure> {
  const { scale, port, barePort, shop, say } = parts;
  const drawn = { pools: [shop.item], buyers: scale.buyers };
  const product = await RequestLoad.open(port, scale.connections);
  const bare = await RequestLoad.open(barePort, scale.connections);
  const runs = new Map<Reason, Compared[]>(REASONS.map((reason) => [reason, []]));
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const forMs = slice === 0 ? scale.yardstickMs : scale.sliceMs / REASONS.length;
    const beside = await bare.closed(attemptRequests(REASONS[0], drawn), scale.yardstickMs);
    const told: string[] = [];
    for (const reason of REASONS) {
      const own = await product.closed(attemptRequests(reason, whoTries(reason, drawn)), forMs);
      if (slice > 0) runs.get(reason)!.push({ own, beside });
      told.push(`${reason} ${rate(own, 'refused')}`);
    }
    if (slice === 0) continue;
    say(
      `${NAME}: slice ${slice}/${scale.slices}: ${told.join(', ')} refusals/s, ` +
        `bare route ${rate(beside, 'accepted')}/s`,
    );
  }
  product.close();
  bare.close();
  return slowest(scale.connections, scale.live, runs);
}

/** Over the limit is one buyer, who has as many as they may. */
function whoTries(reason: Reason, drawn: DrawnFrom): DrawnFrom {
  return reason === 'over-limit' ? { ...drawn, buyers: 1 } : drawn;
}

function slowest(connections: number, live: number, runs: Map<Reason, Compared[]>): Figure {
  const ratios: Record<string, number> = {};
  for (const [reason, slices] of runs) {
    const of = ({ own, beside }: Compared) => rate(own, 'refused') / rate(beside, 'accepted');
    ratios[reason] = median(slices.map(of));
  }
  const [least] = REASONS.toSorted((one, other) => ratios[one]! - ratios[other]!);
  const named = {
    name: NAME,
    unit: `refusals/s (${least}, the slowest)`,
    counts: 'refused' as const,
    yardstick: BARE_SALE_ROUTE,
    connections,
    liveBefore: live,
    asked: { ratioMin: 0.9 },
  };
  const figure = comparedFigure(named, runs.get(least!)!);
  const all = Object.entries(ratios).map(([reason, ratio]) => [`ratio ${reason}`, ratio]);
  return { ...figure, ...Object.fromEntries(all) };
}
