// A pool that is sold in segments is one pool to whoever asks: what it has, what is refused and why, its
// version, and what becomes of reservations, whichever segment has their units.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { segmentsIn } from '../../src/kernel/pool.ts';
import { allSegments } from '../../src/kernel/segments.ts';
import { Stock } from '../../src/stock.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const hot = (quantity: number) => [{ pool: 'hot', quantity }];
let shop: Shop;
let stock: Stock;

beforeEach(async () => {
  shop = await Shop.open();
  ({ stock } = shop);
  accepted(await stock.putPool({ pool: 'hot', segments: 4 }));
  accepted(await stock.receive({ pool: 'hot', quantity: 10 }));
});
afterEach(async () => {
  assert.deepEqual((await verify(shop.engine)).problems, []);
  await stock.close();
});

/** What each segment has to sell. */
async function perSegment(): Promise<number[]> {
  const [document] = await shop.engine.documents(['pool:hot']);
  const owners = await shop.engine.owners(allSegments(segmentsIn(document!)!));
  return owners.map((owner) => owner?.accounts.available?.balance ?? 0);
}

const balances = async (at = stock) => {
  const { available, held, sold } = (await at.pool('hot'))!;
  return [available, held, sold];
};

describe('a segmented pool', () => {
  it('is shown, listed and looked back at as one', async () => {
    await shop.hold('hot', 3);
    const pool = (await stock.pool('hot'))!;
    assert.deepEqual([pool.available, pool.held, pool.supply], [7, 3, -10]);
    assert.deepEqual([pool.state, pool.segments], ['OPEN', 4]);
    assert.equal((await stock.availability(['hot']))[0]!.available, 7);
    await shop.fill({ cold: 1, warm: 2 });
    const first = await stock.pools({ limit: 2 });
    assert.deepEqual(
      first.map(({ id, available }) => [id, available]),
      [
        ['cold', 1],
        ['hot', 7],
      ],
    );
    const next = await stock.pools({ limit: 2, after: 'hot' });
    assert.deepEqual(
      next.map(({ id }) => id),
      ['warm'],
    );
    const atMs = shop.engine.clock().nowMs;
    const before = (await stock.whole.balancesAt('hot', atMs))!;
    assert.deepEqual([before.available, before.held], [7, 3]);
  });

  it('has what comes in evenly, and gives to the last unit whatever is asked for', async () => {
    assert.deepEqual((await perSegment()).sort(), [2, 2, 3, 3]);
    await shop.hold('hot', 8);
    refused(await stock.reserve({ lines: hot(3) }), 'insufficient-stock');
    const { details } = refused(await stock.reserve({ lines: hot(3) }), 'insufficient-stock');
    assert.deepEqual(details, { pool: 'hot', available: 2, account: 'available', line: 0 });
    await shop.hold('hot', 2);
    assert.deepEqual(await balances(), [0, 10, 0]);
  });

  it('grants what there is to who takes less, over all segments', async () => {
    const lines = [{ pool: 'hot', quantity: 50, quantityMin: 0 }];
    const all = accepted(await stock.reserve({ lines }));
    assert.deepEqual(all.lines, [{ pool: 'hot', quantity: 10, asked: 50 }]);
    refused(await stock.reserve({ lines }), 'insufficient-stock');
    const cart = { lines: [...lines, ...lines] };
    refused(await stock.reserve(cart), 'pool-segmented');
  });

  it('serves all verbs of a reservation, by its own name', async () => {
    const id = await shop.hold('hot', 4);
    const changed = accepted(await stock.change({ reservation: id, lines: hot(9) }));
    assert.deepEqual(changed.lines, [{ pool: 'hot', quantity: 9 }]);
    refused(await stock.change({ reservation: id, lines: hot(11) }), 'insufficient-stock');
    accepted(await stock.confirm({ reservation: id, lines: hot(5) }));
    assert.deepEqual(await balances(), [5, 0, 5]);
    const back = accepted(await stock.return({ reservation: id, lines: hot(2) }));
    assert.deepEqual(back.lines, [{ pool: 'hot', quantity: 9, confirmed: 5, returned: 2 }]);
    assert.deepEqual(await balances(), [7, 0, 3]);
    const found = await stock.reservations({ pool: 'hot' });
    assert.deepEqual(
      found.reservations.map((each) => each.id),
      [id],
    );
  });

  it('frees what is due in any segment before it refuses', async () => {
    for (let buyer = 0; buyer < 10; buyer += 1) await shop.hold('hot', 1, 1_000);
    refused(await stock.reserve({ lines: hot(1) }), 'insufficient-stock');
    shop.time.passMs(1_000);
    await shop.hold('hot', 10);
  });

  it('answers a repeat with the first answer, wherever units have gone since', async () => {
    const first = accepted(await stock.reserve({ lines: hot(1) }, { key: 'k' }));
    await shop.hold('hot', 9);
    accepted(await stock.putPool({ pool: 'hot', segments: 7 }));
    const again = await stock.reserve({ lines: hot(1) }, { key: 'k' });
    assert.ok(again.ok && again.repeated);
    assert.deepEqual(again.value, first);
  });

  it('counts under limits as one pool', async () => {
    const scope = { pools: ['hot'] };
    accepted(await stock.putLimit({ limit: 'two', per: 'buyer', scope, quantityMax: 2 }));
    for (let bought = 0; bought < 2; bought += 1) await shop.hold('hot', 1, 60_000, 'ann');
    refused(await stock.reserve({ lines: hot(1), buyer: 'ann' }), 'limit-exceeded');
    const lines = [{ pool: 'hot', quantity: 5, quantityMin: 1 }];
    assert.equal(accepted(await stock.reserve({ lines, buyer: 'bob' })).lines[0]!.quantity, 2);
  });
});

describe('the stock of a segmented pool', () => {
  it('is adjusted and transferred as one', async () => {
    const lost = accepted(await stock.adjust({ pool: 'hot', quantity: -6 }));
    assert.equal(lost.quantity, 6);
    refused(await stock.adjust({ pool: 'hot', quantity: -5 }), 'insufficient-stock');
    accepted(await stock.putPool({ pool: 'store', product: 'hot' }));
    const moved = accepted(await stock.transfer({ from: 'hot', to: 'store', quantity: 3 }));
    assert.equal(moved.quantity, 3);
    accepted(await stock.transfer({ from: 'store', to: 'hot', quantity: 2 }));
    const { details } = refused(
      await stock.transfer({ from: 'hot', to: 'store', quantity: 4 }),
      'insufficient-stock',
    );
    assert.equal(details.available, 3);
    const upTo = accepted(await stock.adjust({ pool: 'hot', quantity: -9, upTo: true }));
    assert.equal(upTo.quantity, 3);
    assert.deepEqual(await balances(), [0, 0, 0]);
  });

  it('has one version: each command tells it, and a stale one changes nothing', async () => {
    const { version } = accepted(await stock.receive({ pool: 'hot', quantity: 5 }));
    assert.equal((await stock.pool('hot'))!.version, version);
    accepted(await stock.adjust({ pool: 'hot', quantity: -1 }, { ifMatch: version }));
    const stale = { pool: 'hot', quantity: -1 };
    refused(await stock.adjust(stale, { ifMatch: version }), 'stale-version');
    const now = (await stock.pool('hot'))!.version;
    await shop.hold('hot', 1);
    refused(await stock.receive({ pool: 'hot', quantity: 1 }, { ifMatch: now }), 'stale-version');
  });
});

describe('segments', () => {
  it('are given to a pool that sells already, and share what it has', async () => {
    await shop.fill({ tea: 9 });
    const before = await shop.hold('tea', 1);
    accepted(await stock.putPool({ pool: 'tea', segments: 2 }));
    const owners = await shop.engine.owners(['tea', 'tea~1', 'tea~2']);
    assert.deepEqual(
      owners.map((owner) => owner!.accounts.available!.balance),
      [0, 4, 4],
    );
    accepted(await stock.change({ reservation: before, lines: [{ pool: 'tea', quantity: 3 }] }));
    accepted(await stock.cancel({ reservation: before }));
    await shop.hold('tea', 9);
  });

  it('may become more or fewer while units are held, and none is out of reach', async () => {
    const held = await shop.hold('hot', 3);
    accepted(await stock.putPool({ pool: 'hot', segments: 1 }));
    assert.deepEqual((await perSegment()).slice(1), [0, 0, 0]);
    accepted(await stock.cancel({ reservation: held }));
    const { segments, available } = (await stock.pool('hot'))!;
    assert.deepEqual([segments, available], [1, 10]);
    accepted(await stock.putPool({ pool: 'hot', segments: 5 }));
    assert.deepEqual(await perSegment(), [2, 2, 2, 2, 2]);
    accepted(await stock.putPool({ pool: 'hot', place: 'north' }));
    await shop.hold('hot', 10);
  });

  it('are found by a server that knows of one by a cart alone', async () => {
    const cart = await shop.hold('hot', 1);
    const other = await Stock.open(shop.engine, { sweep: false });
    accepted(await other.change({ reservation: cart, lines: hot(10) }));
    const late = await Stock.open(shop.engine, { sweep: false });
    refused(await late.change({ reservation: cart, lines: hot(11) }), 'insufficient-stock');
  });

  it('are found by a server that did not know of them, and of more', async () => {
    const other = await Stock.open(shop.engine, { sweep: false });
    for (let unit = 0; unit < 9; unit += 1) accepted(await other.reserve({ lines: hot(1) }));
    accepted(await stock.putPool({ pool: 'hot', segments: 9 }));
    accepted(await stock.receive({ pool: 'hot', quantity: 3 }));
    accepted(await other.reserve({ lines: hot(4) }));
    refused(await other.reserve({ lines: hot(1) }), 'insufficient-stock');
    accepted(await other.receive({ pool: 'hot', quantity: 1 }));
    assert.deepEqual(await balances(other), [1, 13, 0]);
    await shop.fill({ late: 2 });
    accepted(await other.reserve({ lines: [{ pool: 'late', quantity: 1 }] }));
    accepted(await stock.putPool({ pool: 'late', segments: 3 }));
    accepted(await other.reserve({ lines: [{ pool: 'late', quantity: 1 }] }));
  });

  it('are all seen by the first looks of a server, however many look at once', async () => {
    const other = await Stock.open(shop.engine, { sweep: false });
    const looks = await Promise.all([1, 2, 3].map(() => balances(other)));
    assert.deepEqual(looks, [
      [10, 0, 0],
      [10, 0, 0],
      [10, 0, 0],
    ]);
    const late = await Stock.open(shop.engine, { sweep: false });
    await Promise.all([1, 2, 3].map(() => late.reserve({ lines: hot(3) })));
    assert.deepEqual(await balances(late), [1, 9, 0]);
  });

  it('are 1 to 64, and cannot be asked for by themselves', async () => {
    for (const segments of [0, 65, 1.5]) {
      refused(await stock.putPool({ pool: 'hot', segments }), 'invalid-request');
    }
    const lines = [{ pool: 'hot~1', quantity: 1 }];
    refused(await stock.reserve({ lines }), 'invalid-request');
  });

  it('do not go together with leases', async () => {
    const share = { node: 'till', pool: 'hot', quantity: 1, leaseForMs: 60_000 };
    refused(await stock.leases.open(share), 'pool-segmented');
  });
});
