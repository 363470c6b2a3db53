// `bench flash-sale`: what a sale refuses, and a crowd of a hundred to each unit, beside a bare route; what it sells
// beside plain orders of the same carts. The server is as its users start it; store, server and route are its own.

import type { Figure } from '../figure.ts';
import { inBenchFolder } from '../http/bench-folder.ts';
import { startChildProgram } from '../http/child-program.ts';
import { balancesAddUp, countJournal, journalAgrees } from '../http/conservation.ts';
import type { BenchRun } from '../http/http.ts';
import { startProduct } from '../http/product-server.ts';
import { ordersAgree } from '../orders/order-conservation.ts';
import { checkoutFigure } from './checkout-figure.ts';
import { funnelFigure } from './funnel-figure.ts';
import { refuseFigure } from './refuse-figure.ts';
import type { SaleParts } from './sale-parts.ts';
import { SaleShop } from './sale-shop.ts';
import type { SaleScale } from './scale.ts';

const MEASURED: Record<string, (parts: SaleParts) => Promise<Figure>> = {
  'flash-sale.refuse': refuseFigure,
  'flash-sale.checkout': checkoutFigure,
  'flash-sale.funnel': funnelFigure,
};

export const SALE_FIGURES: readonly string[] = Object.keys(MEASURED);

export function benchFlashSale(run: BenchRun<SaleScale>): Promise<Figure[]> {
  const { scale, program, only, say } = run;
  return inBenchFolder(async (directory) => {
    const server = await startProduct({ program, directory });
    const bare = startChildProgram('bare-sale-route');
    const shop = new SaleShop({ url: server.url, pools: scale.pools, buyers: scale.buyers });
    const figures: Figure[] = [];
    try {
      await shop.open();
      say(`flash-sale: making ${scale.live} live reservations`);
      await shop.fill(scale.live);
      const { port: barePort } = await bare.ask<{ port: number }>(await shop.openSales());
      const parts = { scale, port: server.port, barePort, shop, say };
      for (const [name, measure] of Object.entries(MEASURED)) {
        if (only !== undefined && only !== name) continue;
        await shop.tablesCaughtUp();
        const figure = await measure(parts);
        figures.push({ ...figure, conserved: figure.conserved && (await balancesAddUp(shop)) });
      }
    } finally {
      await bare.stop();
      await server.stop();
    }
    say('flash-sale: comparing the journal with what was accepted');
    const { path } = server;
    const agrees = journalAgrees(countJournal(path), shop) && ordersAgree(path, shop);
    return figures.map((figure) => ({ ...figure, conserved: figure.conserved && agrees }));
  });
}
