// Who comes too late is told so without a commit, and only where a commit would say the same.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { openEngine } from '../../src/engines/open.ts';
import { Stock } from '../../src/stock.ts';
import { accepted, Shop } from '../support/shop.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const directory = temporaryFolder('sold-out');
const TEA = { lines: [{ pool: 'tea', quantity: 1 }], buyer: 'ann', holdForMs: 60_000 };

/** A shop whose only unit of tea is held for a minute, and how often it has committed since. */
async function soldOutShop(t: TestContext) {
  const { stock, time, engine } = await (await Shop.open()).fill({ tea: 1 });
  t.after(() => stock.close());
  const first = accepted(await stock.reserve(TEA, { key: 'first' }));
  const commit = t.mock.method(engine, 'commit');
  return { stock, time, first, commits: () => commit.mock.callCount() };
}

const code = (answer: object) => ('code' in answer ? answer.code : 'accepted');

describe('sold out', () => {
  test('is answered without a commit, in the same words', async (t) => {
    const { stock, commits } = await soldOutShop(t);
    const late = await stock.reserve(TEA, { key: 'late' });
    assert.equal(commits(), 0);
    const lines = [...TEA.lines, { pool: 'tea', quantity: 1 }];
    const cart = await stock.reserve({ ...TEA, lines }, { key: 'cart' });
    assert.equal(commits(), 1);
    assert.deepEqual(late, cart);
    assert.equal(code(late), 'insufficient-stock');
  });

  test('is not said to who was accepted', async (t) => {
    const { stock, first } = await soldOutShop(t);
    assert.equal(accepted(await stock.reserve(TEA, { key: 'first' })).id, first.id);
  });

  test('is not said of what is due', async (t) => {
    const { stock, time } = await soldOutShop(t);
    time.passMs(60_000);
    accepted(await stock.reserve(TEA, { key: 'next' }));
  });

  test('is not said while a cancel waits that came first', async (t) => {
    const { stock, first } = await soldOutShop(t);
    const [, next] = await Promise.all([
      stock.cancel({ reservation: first.id }),
      stock.reserve(TEA, { key: 'next' }),
    ]);
    accepted(next);
  });

  test('comes after what a limit, a key or a pool that is not there would say', async (t) => {
    const { stock } = await soldOutShop(t);
    assert.equal(code(await stock.reserve(TEA, { key: '' })), 'invalid-request');
    const coffee = { lines: [{ pool: 'coffee', quantity: 1 }] };
    assert.equal(code(await stock.reserve(coffee)), 'unknown-pool');
    accepted(await stock.putLimit({ limit: 'one', quantityMax: 1, per: 'order', scope: 'all' }));
    const two = { ...TEA, lines: [{ pool: 'tea', quantity: 2 }] };
    assert.equal(code(await stock.reserve(two)), 'limit-exceeded');
  });

  test('is not said by a store that is closed', async () => {
    const stock = await Stock.open(await openEngine(`sqlite:${join(directory, 'shop.db')}`));
    accepted(await stock.putPool({ pool: 'tea' }));
    assert.equal(code(await stock.reserve(TEA, { key: 'before' })), 'insufficient-stock');
    await stock.close();
    await assert.rejects(stock.reserve(TEA, { key: 'after' }), /closed/);
  });

  test('is left to the commit where it cannot be found out', async (t) => {
    const { stock } = await soldOutShop(t);
    stock.engine.refusalNow = () => undefined;
    assert.equal(code(await stock.reserve(TEA, { key: 'late' })), 'insufficient-stock');
  });
});
