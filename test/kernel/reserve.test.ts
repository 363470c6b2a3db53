// Reserve: all lines or none, each line after the ones before it, fewer only where a line allows it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/engines/contract.ts';
import type { LineCommand, ReserveCommand } from '../../src/kernel/commands.ts';
import type { RefusalCode } from '../../src/kernel/refusals.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const line = (pool: string, quantity: number, quantityMin?: number): LineCommand =>
  quantityMin === undefined ? { pool, quantity } : { pool, quantity, quantityMin };

interface Row {
  stock: Record<string, number>;
  lines: LineCommand[];
  /** Granted per line, or the refusal. */
  expected: number[] | RefusalCode;
}

const TABLE: Record<string, Row> = {
  'one of one': { stock: { a: 1 }, lines: [line('a', 1)], expected: [1] },
  'one too many': { stock: { a: 1 }, lines: [line('a', 2)], expected: 'insufficient-stock' },
  'none there': { stock: { a: 0 }, lines: [line('a', 1)], expected: 'insufficient-stock' },
  'a pool that is not': { stock: {}, lines: [line('a', 1)], expected: 'unknown-pool' },
  'two pools': { stock: { a: 1, b: 1 }, lines: [line('a', 1), line('b', 1)], expected: [1, 1] },
  'two pools, one short': {
    stock: { a: 1, b: 0 },
    lines: [line('a', 1), line('b', 1)],
    expected: 'insufficient-stock',
  },
  'one item on two lines counts twice': {
    stock: { a: 5 },
    lines: [line('a', 3), line('a', 3)],
    expected: 'insufficient-stock',
  },
  'one item on two lines, enough': {
    stock: { a: 6 },
    lines: [line('a', 3), line('a', 3)],
    expected: [3, 3],
  },
  'up to five of three': { stock: { a: 3 }, lines: [line('a', 5, 1)], expected: [3] },
  'up to five of nine': { stock: { a: 9 }, lines: [line('a', 5, 1)], expected: [5] },
  'at least four of three': {
    stock: { a: 3 },
    lines: [line('a', 5, 4)],
    expected: 'insufficient-stock',
  },
  'up to five, or none, beside another': {
    stock: { a: 0, b: 2 },
    lines: [line('a', 5, 0), line('b', 2)],
    expected: [0, 2],
  },
  'nothing at all is a refusal': {
    stock: { a: 0, b: 0 },
    lines: [line('a', 5, 0), line('b', 5, 0)],
    expected: 'insufficient-stock',
  },
  'two lines up to five of seven': {
    stock: { a: 7 },
    lines: [line('a', 5, 1), line('a', 5, 1)],
    expected: [5, 2],
  },
  'a partial line does not save a whole one': {
    stock: { a: 1, b: 0 },
    lines: [line('a', 5, 1), line('b', 1)],
    expected: 'insufficient-stock',
  },
};

describe('reserve', () => {
  for (const [name, { stock, lines, expected }] of Object.entries(TABLE)) {
    it(name, async () => {
      const shop = await (await Shop.open()).fill(stock);
      const answer = await shop.stock.reserve({ lines });
      if (typeof expected === 'string') {
        refused(answer, expected);
        for (const [pool, quantity] of Object.entries(stock)) {
          const left = quantity === 0 ? {} : { available: quantity };
          assert.deepEqual(await shop.inside(pool), left, pool);
        }
        return;
      }
      const { lines: granted } = accepted(answer);
      assert.deepEqual(
        granted.map(({ quantity }) => quantity),
        expected,
      );
    });
  }

  it('says what was asked for where fewer were granted', async () => {
    const shop = await (await Shop.open()).fill({ a: 3, b: 9 });
    const lines = [line('a', 5, 1), line('b', 5, 1)];
    assert.deepEqual(accepted(await shop.stock.reserve({ lines })).lines, [
      { pool: 'a', quantity: 3, asked: 5 },
      { pool: 'b', quantity: 5 },
    ]);
  });

  it('shows the reservation as it was made', async () => {
    const shop = await (await Shop.open()).fill({ a: 3 });
    const { time, stock } = shop;
    const command: ReserveCommand = {
      lines: [line('a', 2)],
      buyer: 'ann',
      reference: 'order-7',
      metadata: { gift: true, note: 'grüße 🎁' },
      holdForMs: 1_000,
    };
    const reservation = accepted(await stock.reserve(command));
    assert.deepEqual(reservation, {
      id: reservation.id,
      status: 'HELD',
      version: 1,
      lines: [{ pool: 'a', quantity: 2 }],
      createdAtMs: time.wallMs(),
      updatedAtMs: time.wallMs(),
      buyer: 'ann',
      reference: 'order-7',
      metadata: { gift: true, note: 'grüße 🎁' },
      expiresAtMs: time.wallMs() + 1_000,
    });
    assert.deepEqual(await stock.reservation(reservation.id), reservation);
  });

  it('holds for 15 minutes unless told otherwise', async () => {
    const shop = await (await Shop.open()).fill({ a: 3 });
    const { expiresAtMs } = accepted(await shop.stock.reserve({ lines: [line('a', 1)] }));
    assert.equal(expiresAtMs, shop.time.wallMs() + 15 * 60_000);
  });

  it('names the line, the item and what is left of it', async () => {
    const shop = await (await Shop.open()).fill({ a: 9, b: 2 });
    const answer = await shop.stock.reserve({ lines: [line('a', 1), line('b', 3)] });
    assert.deepEqual(refused(answer, 'insufficient-stock').details, {
      pool: 'b',
      available: 2,
      account: 'available',
      line: 1,
    });
  });

  it('does not sell from a closed pool', async () => {
    const shop = await (await Shop.open()).fill({ tea: 1, sale: 3 });
    await shop.closePool('sale', 'tea');
    refused(await shop.stock.reserve({ lines: [line('sale', 1)] }), 'pool-closed');
    refused(
      await shop.stock.reserve({ lines: [line('tea', 1), line('sale', 1, 0)] }),
      'pool-closed',
    );
  });

  it("keeps its own copy of the caller's metadata, and gives out copies", async () => {
    const shop = await (await Shop.open()).fill({ a: 2 });
    const metadata = { seats: ['12A'], at: new Date(0), none: undefined } as unknown as JsonObject;
    const command = { lines: [line('a', 1)], metadata };
    const given = accepted(await shop.stock.reserve(command, { key: 'k' }));
    const kept = { seats: ['12A'], at: '1970-01-01T00:00:00.000Z' };
    assert.deepEqual(given.metadata, kept);
    const again = await shop.stock.reserve(command, { key: 'k' });
    assert.ok(again.ok && again.repeated);
    (metadata.seats as string[]).push('12B');
    (given.metadata!.seats as string[]).push('12C');
    assert.deepEqual((await shop.stock.reservation(given.id))?.metadata, kept);
    const entry = (await shop.engine.entries({ after: 0, limit: 9 })).at(-1);
    assert.deepEqual(entry?.documents[0]?.data.metadata, kept);
  });

  it('carries 5,000 lines', async () => {
    const shop = await (await Shop.open()).fill({ a: 5_000 });
    const lines = Array.from({ length: 5_000 }, () => line('a', 1));
    const { id } = accepted(await shop.stock.reserve({ lines }));
    assert.deepEqual(await shop.inside('a'), { held: 5_000 });
    accepted(await shop.stock.cancel({ reservation: id }));
    assert.deepEqual(await shop.inside('a'), { available: 5_000 });
  });
});
