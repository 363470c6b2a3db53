// A look at a reservation that is still on its way while somebody extends it, past the old deadline:
// what it shows was true at some moment in between. The checker of histories found it shown as expired.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Document, Engine } from '../../src/engines/contract.ts';
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

/** An engine that keeps nothing in fast memory, and shows a document as it was for one look. */
async function slowShop() {
  const stale = new Map<string, Document>();
  const shop = await Shop.open(async (time) => {
    const engine = new MemoryEngine({ time });
    const { documents } = engine;
    engine.documents = async ([id, ...more]) => {
      const shown = stale.get(id!);
      stale.delete(id!);
      return shown === undefined ? documents.call(engine, [id!, ...more]) : [shown];
    };
    return Object.assign(engine, { peek: undefined }) as Engine;
  });
  await shop.fill({ tea: 1 });
  return { shop, stale };
}

test('one that was cancelled in time is not shown as expired before the cancel is seen', async () => {
  const { shop, stale } = await slowShop();
  const id = await shop.hold('tea', 1, 10);
  const [held] = await shop.engine.documents([id]);
  accepted(await shop.stock.cancel({ reservation: id }));
  shop.time.passMs(20);
  stale.set(id, held!);
  assert.equal((await shop.stock.reservation(id))?.status, 'CANCELLED');
});

test('who asks for one whose time is over frees it, without fast memory too', async () => {
  const { shop } = await slowShop();
  const id = await shop.hold('tea', 1, 10);
  shop.time.passMs(20);
  const answer = await shop.stock.cancel({ reservation: id });
  assert.equal(answer.ok ? 'accepted' : answer.code, 'already-expired');
  const [document] = await shop.engine.documents([id]);
  assert.equal(document?.state, 'EXPIRED');
});
