// A look at a reservation that is still on its way while somebody extends it, past the old deadline:
// what it shows was true at some moment in between. The checker of histories found it shown as expired.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { accepted, Shop } from '../support/shop.ts';

test('who extends a reservation does not see it shown as expired afterwards', async () => {
  let late = '';
  const onItsWay = Promise.withResolvers<void>();
  const shop = await Shop.open(async (time) => {
    const engine = new MemoryEngine({ time });
    const { documents } = engine;
    engine.documents = async (ids) => {
      const found = await documents.call(engine, ids);
      if (ids[0] === late) await onItsWay.promise;
      return found;
    };
    return engine;
  });
  await shop.fill({ tea: 1 });
  late = await shop.hold('tea', 1, 10);
  const looked = shop.stock.reservation(late);
  accepted(await shop.stock.extend({ reservation: late, holdForMs: 1_000 }));
  shop.time.passMs(20);
  onItsWay.resolve();
  assert.equal((await looked)?.status, 'HELD');
  late = '';
  const last = [...(await shop.stock.reservations()).reservations];
  assert.deepEqual(
    last.map(({ status, version }) => ({ status, version })),
    [{ status: 'HELD', version: 2 }],
  );
});
