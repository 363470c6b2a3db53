// A shop in which everything has happened once, for looking over its journal.

import { accepted, Shop } from '../support/shop.ts';

export async function busyShop(): Promise<Shop> {
  const shop = await Shop.open();
  const { stock, time } = shop;
  await shop.fill({ tea: 20, cup: 10, sale: 5 });
  accepted(await stock.putPool({ pool: 'tea-north', product: 'tea', place: 'north' }));
  accepted(await stock.transfer({ from: 'tea', to: 'tea-north', quantity: 4 }));
  accepted(await stock.adjust({ pool: 'tea', quantity: -1, reason: 'broken' }));
  const plain = { per: 'buyer', scope: 'all', quantityMax: 9 } as const;
  accepted(await stock.putLimit({ limit: 'ever', ...plain, returnsGiveBack: true }));
  accepted(await stock.putLimit({ limit: 'hourly', ...plain, windowMs: 3_600_000 }));
  const buy = (lines: { pool: string; quantity: number }[], key: string) =>
    stock.reserve({ lines, buyer: 'ann', holdForMs: 60_000 }, { key });
  const sold = accepted(await buy([{ pool: 'tea', quantity: 3 }], 'k1')).id;
  time.passMs(1_000);
  accepted(await stock.extend({ reservation: sold, holdForMs: 120_000 }));
  accepted(await stock.change({ reservation: sold, lines: [{ pool: 'tea', quantity: 4 }] }));
  accepted(await stock.confirm({ reservation: sold, lines: [{ pool: 'tea', quantity: 3 }] }));
  accepted(await stock.return({ reservation: sold, lines: [{ pool: 'tea', quantity: 1 }] }));
  const cancelled = accepted(await buy([{ pool: 'cup', quantity: 2 }], 'k2')).id;
  accepted(await stock.cancel({ reservation: cancelled }));
  const lines = [
    { pool: 'cup', quantity: 1 },
    { pool: 'tea', quantity: 1 },
  ];
  accepted(await buy(lines, 'k3'));
  time.passMs(60_000);
  await stock.sweep();
  time.passMs(3_600_000);
  await stock.sweep();
  accepted(await buy([{ pool: 'cup', quantity: 2 }], 'k4'));
  accepted(await buy([{ pool: 'tea', quantity: 1 }], 'k5'));
  return shop;
}
