// Limits and time: what an expired reservation must not cost its buyer, and what counts within a
// sliding window.

import { describe, it } from 'node:test';
import type { PutLimitCommand } from '../../src/kernel/commands.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const HOUR_MS = 3_600_000;

async function limited(limit: Omit<PutLimitCommand, 'limit'>) {
  const shop = await (await Shop.open()).fill({ tea: 100 });
  accepted(await shop.stock.putLimit({ limit: 'two', ...limit }));
  return shop;
}

const perBuyer = { per: 'buyer' as const, scope: 'all' as const, quantityMax: 2 };

const buy = (shop: Shop, quantity: number) =>
  shop.stock.reserve({ lines: [{ pool: 'tea', quantity }], buyer: 'ann', holdForMs: 60_000 });

describe('what is due is free, without any sweep', () => {
  it("a buyer is not locked out by his own reservation's time that is over", async () => {
    const shop = await limited(perBuyer);
    accepted(await buy(shop, 2));
    shop.time.passMs(59_999);
    refused(await buy(shop, 2), 'limit-exceeded');
    shop.time.passMs(1);
    accepted(await buy(shop, 2));
  });

  it('nor under a window', async () => {
    const shop = await limited({ ...perBuyer, windowMs: HOUR_MS });
    accepted(await buy(shop, 2));
    shop.time.passMs(60_000);
    accepted(await buy(shop, 2));
  });

  it('nor under a window that only a change brought', async () => {
    const shop = await limited({ ...perBuyer, scope: { pools: ['cup'] }, windowMs: HOUR_MS });
    await shop.fill({ cup: 100 });
    const cups = [{ pool: 'cup', quantity: 2 }];
    const { id: reservation } = accepted(await buy(shop, 1));
    accepted(await shop.stock.change({ reservation, lines: cups }));
    shop.time.passMs(60_000);
    accepted(await shop.stock.reserve({ lines: cups, buyer: 'ann' }));
  });

  it('a lapsed allowance is not what a release gives back', async () => {
    const shop = await limited({ ...perBuyer, quantityMax: 3, windowMs: 90_000 });
    const { stock, time } = shop;
    const lines = (quantity: number) => [{ pool: 'tea', quantity }];
    const cart = { lines: lines(1), buyer: 'ann', holdForMs: 600_000 };
    const { id: reservation } = accepted(await stock.reserve(cart));
    time.passMs(60_000);
    accepted(await stock.change({ reservation, lines: lines(3) }));
    time.passMs(30_000);
    // The first unit no longer counts; of the two that do, one is let go.
    accepted(await stock.change({ reservation, lines: lines(2) }));
    accepted(await buy(shop, 2));
  });
});

describe('a sliding window', () => {
  it('counts what was reserved within it, confirmed or not', async () => {
    const shop = await limited({ ...perBuyer, windowMs: HOUR_MS });
    await shop.sell('tea', 1, 'ann');
    shop.time.passMs(HOUR_MS / 2);
    await shop.sell('tea', 1, 'ann');
    refused(await buy(shop, 1), 'limit-exceeded');
    shop.time.passMs(HOUR_MS / 2 - 1);
    refused(await buy(shop, 1), 'limit-exceeded');
    shop.time.passMs(1);
    accepted(await buy(shop, 1));
    refused(await buy(shop, 1), 'limit-exceeded');
  });

  it('gives back what is cancelled within it', async () => {
    const shop = await limited({ ...perBuyer, windowMs: HOUR_MS });
    const { id } = accepted(await buy(shop, 2));
    accepted(await shop.stock.cancel({ reservation: id }));
    accepted(await buy(shop, 2));
  });

  it('a return after it has passed gives nothing back twice', async () => {
    const shop = await limited({ ...perBuyer, windowMs: HOUR_MS, returnsGiveBack: true });
    const reservation = await shop.sell('tea', 2, 'ann');
    shop.time.passMs(HOUR_MS);
    await shop.stock.sweep();
    accepted(await shop.stock.return({ reservation, lines: [{ pool: 'tea', quantity: 2 }] }));
    accepted(await buy(shop, 2));
    refused(await buy(shop, 1), 'limit-exceeded');
  });
});
