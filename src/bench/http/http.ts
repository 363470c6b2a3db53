// `bench http`: the server as its users start it, filled with live reservations, against a bare route
// in the same run. The load comes from this process, the server and the route are others.

import type { Figure } from '../figure.ts';
import { inBenchFolder } from './bench-folder.ts';
import { startChildProgram } from './child-program.ts';
import { clientBatchFigure } from './client-batch-figure.ts';
import { type ClosedLoop, closedLoopFigure } from './closed-loop-figure.ts';
import { balancesAddUp, countJournal, journalAgrees } from './conservation.ts';
import { halfLoadFigure } from './half-load-figure.ts';
import type { HttpParts } from './http-parts.ts';
import { startProduct } from './product-server.ts';
import { reserveRequests } from './reserve-requests.ts';
import type { HttpScale } from './scale.ts';
import { Shop, SOLD_OUT } from './shop.ts';

export const HTTP_FIGURES = [
  'http.reserve',
  'http.reserve.1000',
  'http.refuse',
  'http.refuse.half-load',
  'http.client-batch',
] as const;

export interface BenchRun<Scale> {
  scale: Scale;
  /** The program `holdfast` that is measured. */
  program: string;
  /** One figure alone. */
  only?: string | undefined;
  say: (line: string) => void;
}

export function benchHttp(run: BenchRun<HttpScale>): Promise<Figure[]> {
  const { scale, program, say } = run;
  return inBenchFolder(async (directory) => {
    const server = await startProduct({ program, directory });
    const bare = startChildProgram('bare-route');
    const shop = new Shop({ url: server.url, pools: scale.pools, buyers: scale.buyers });
    const figures: Figure[] = [];
    try {
      await shop.open();
      say(`http: making ${scale.live} live reservations`);
      await shop.fill(scale.live);
      await shop.tablesCaughtUp();
      const { port } = await bare.ask<{ port: number }>(await shop.oneReply());
      const parts = { scale, server, barePort: port, shop, say };
      figures.push(...(await measureAll(parts, run.only)));
    } finally {
      await bare.stop();
      await server.stop();
    }
    say('http: comparing the journal with what was accepted');
    const agrees = journalAgrees(countJournal(server.path), shop);
    return figures.map((figure) => ({ ...figure, conserved: figure.conserved && agrees }));
  });
}

async function measureAll(parts: HttpParts, only: string | undefined): Promise<Figure[]> {
  const { scale, shop } = parts;
  const isAsked = (name: string) => only === undefined || only === name;
  const figures: Figure[] = [];
  const add = async (figure: Figure) => {
    const addsUp = await balancesAddUp(shop);
    if (isAsked(figure.name)) figures.push({ ...figure, conserved: figure.conserved && addsUp });
  };
  const reserve = {
    unit: 'accepted reservations/s',
    requests: reserveRequests(shop),
    counts: 'accepted' as const,
  };
  const loops: ClosedLoop[] = [
    { ...reserve, name: 'http.reserve', connections: scale.connections, asked: { ratioMin: 0.65 } },
    { ...reserve, name: 'http.reserve.1000', connections: scale.crowd, asked: { p99MsMax: 100 } },
  ];
  for (const loop of loops) if (isAsked(loop.name)) await add(await closedLoopFigure(parts, loop));
  if (isAsked('http.refuse') || isAsked('http.refuse.half-load')) {
    const requests = reserveRequests({ ...shop, pools: [SOLD_OUT] });
    const refuse = await closedLoopFigure(parts, {
      name: 'http.refuse',
      unit: 'refusals/s',
      connections: scale.connections,
      requests,
      counts: 'refused',
      asked: { ratioMin: 0.9 },
    });
    await add(refuse);
    if (isAsked('http.refuse.half-load')) {
      await add(await halfLoadFigure(parts, { requests, refusals: refuse.value }));
    }
  }
  if (isAsked('http.client-batch')) await add(await clientBatchFigure(parts));
  return figures;
}
