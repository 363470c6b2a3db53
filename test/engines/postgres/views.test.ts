// What the views show is what the library says: pools, reservations and their lines, movements, what
// limits have counted; and they add up among each other.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import type { Reservation } from '../../../src/kernel/reservation.ts';
import { postgresMissing } from '../../support/postgres.ts';
import {
  fillReportedShop,
  openReportedShop,
  type ReportedShop,
  STRANGE_BUYER,
} from './reported-shop.ts';

const GRACE_MS = 60_000;

describe('views of the PostgreSQL engine', { skip: postgresMissing() ?? false }, () => {
  let shop: ReportedShop;
  before(async () => {
    shop = await openReportedShop();
    await fillReportedShop(shop);
  });
  after(() => shop?.close());

  test('pools are as the library shows them, with every balance', async () => {
    const rows = await shop.ask('SELECT * FROM pools ORDER BY id COLLATE "C"');
    const shown = rows.map(({ created_at: _, in_transit, written_off, home, ...row }) => {
      const named = { ...row, 'in-transit': in_transit, 'written-off': written_off };
      return inNumbers(home === null ? named : { ...named, home });
    });
    assert.deepEqual(shown, await shop.stock.pools());
  });

  test('balances are those of the pools, an account each', async () => {
    const rows = await shop.ask('SELECT pool, account, quantity FROM balances');
    const pools = new Map((await shop.stock.pools()).map((pool) => [pool.id, pool]));
    assert.ok(rows.length > 10);
    for (const { pool, account, quantity } of rows) {
      const expected = pools.get(String(pool)) as unknown as Record<string, number>;
      assert.equal(Number(quantity), expected[String(account)], `${pool}/${account}`);
    }
    assert.deepEqual(await shop.ask('SELECT sum(quantity) AS sum FROM balances'), [{ sum: '0' }]);
  });

  test('reservations are as the library shows them, the due one as expired', async () => {
    const { reservations } = await shop.stock.reservations();
    const rows = await shop.ask('SELECT * FROM reservations ORDER BY id DESC');
    assert.deepEqual(rows.map(shownRow), reservations.map(shownReservation));
    assert.deepEqual(
      new Set(rows.map(({ status }) => status)),
      new Set(['CONFIRMED', 'CANCELLED', 'HELD', 'EXPIRED']),
    );
  });

  test('lines are as the library shows them, and add up to what is held and sold', async () => {
    const { reservations } = await shop.stock.reservations();
    const rows = await shop.ask('SELECT * FROM reservation_lines ORDER BY reservation DESC, line');
    const expected = reservations.flatMap(({ id, status, lines }) =>
      lines.map(({ pool, quantity, asked = quantity, confirmed = null, returned = 0 }, index) => {
        return { id, status, line: index + 1, pool, asked, quantity, confirmed, returned };
      }),
    );
    const shown = rows.map(({ reservation: id, status, line, pool, confirmed, ...row }) => {
      const { asked, quantity, returned } = inNumbers(row);
      const sold = confirmed === null ? null : Number(confirmed);
      return { id, status, line, pool, asked, quantity, confirmed: sold, returned };
    });
    assert.deepEqual(shown, expected);
    const sums = await shop.ask(`
      SELECT p.id, p.held + p.sold - coalesce(sum(l.standing), 0) AS difference
      FROM pools p LEFT JOIN reservation_lines l ON l.pool = p.id
      GROUP BY p.id, p.held, p.sold`);
    assert.deepEqual(
      sums.map(({ difference }) => Number(difference)),
      [0, 0, 0],
    );
  });

  test('movements are those of the journal, and add up to the balances', async () => {
    const entries = await shop.stock.engine.entries({ after: 0, limit: 1_000 });
    const rows = await shop.ask('SELECT * FROM movements ORDER BY position, move');
    const expected = entries.flatMap(({ position, atMs, moves, documents, events }) =>
      moves
        .filter(({ from }) => !from.startsWith('!'))
        .map(({ from, to, quantity }) => ({
          ...{ position, atMs, from, to, quantity, document: documents[0]?.id ?? null },
          ...{ event: events[0]!.type, subject: events[0]!.subject },
        })),
    );
    const shown = rows.map((row) => ({
      position: Number(row.position),
      atMs: (row.at as Date).getTime(),
      from: `${row.from_pool}/${row.from_account}`,
      to: `${row.to_pool}/${row.to_account}`,
      quantity: Number(row.quantity),
      ...{ document: row.document, event: row.event, subject: row.subject },
    }));
    assert.deepEqual(shown, expected);
    const wrong = await shop.ask(`
      SELECT b.pool, b.account FROM balances b WHERE b.quantity <>
        (SELECT coalesce(sum(m.quantity), 0) FROM movements m
         WHERE m.to_pool = b.pool AND m.to_account = b.account) -
        (SELECT coalesce(sum(m.quantity), 0) FROM movements m
         WHERE m.from_pool = b.pool AND m.from_account = b.account)`);
    assert.deepEqual(wrong, []);
  });

  test('the journal has every entry at its position, with its key', async () => {
    const entries = await shop.stock.engine.entries({ after: 0, limit: 1_000 });
    const rows = await shop.ask('SELECT * FROM journal ORDER BY position');
    assert.deepEqual(
      rows.map(({ position, entry }) => ({ position: Number(position), ...(entry as object) })),
      entries,
    );
    assert.equal(rows.at(-1)!.idempotency_key, 'delivery-2');
  });

  test('limits show their rule and what each buyer has of it, whatever the buyer is called', async () => {
    const [limit] = await shop.ask('SELECT * FROM limits');
    assert.deepEqual(
      [limit!.id, limit!.period, Number(limit!.quantity_max)],
      ['per-day', 'day', 9],
    );
    const rows = await shop.ask('SELECT * FROM limit_use');
    const used = new Map(rows.map((row) => [row.buyer, Number(row.used)]));
    assert.deepEqual(
      used,
      new Map([
        [STRANGE_BUYER, 4],
        ['ann', 0],
        ['ben', 6],
        ['cleo', 5],
      ]),
    );
  });

  test('nothing is shown as expired while everybody gets a minute after the store was down', async () => {
    const other = await openReportedShop();
    try {
      await fillReportedShop(other);
      const expired = `SELECT count(*)::int AS n FROM reservations WHERE status = 'EXPIRED'`;
      assert.deepEqual(await other.ask(expired), [{ n: 1 }]);
      await other.stock.close();
      other.time.passMs(10_000);
      const again = await PostgresEngine.open(other.address, { time: other.time });
      assert.deepEqual(await other.ask(expired), [{ n: 0 }]);
      other.time.passMs(GRACE_MS);
      await Promise.all(await again.commit([{ events: [{ type: 'note', subject: 'store' }] }]));
      await again.entries({ after: 0, limit: 1 });
      assert.deepEqual(await other.ask(expired), [{ n: 1 }]);
      await again.close();
    } finally {
      await other.close();
    }
  });
});

/** bigint comes as text. */
function inNumbers(row: Record<string, unknown>): Record<string, unknown> {
  const number = (value: unknown) =>
    typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, number(value)]));
}

function shownReservation(reservation: Reservation) {
  const { lines, createdAtMs, updatedAtMs, expiresAtMs, ...rest } = reservation;
  const times = [createdAtMs, updatedAtMs, expiresAtMs ?? null];
  return { ...rest, lines: lines.length, times };
}

function shownRow({ created_at, updated_at, expires_at, ...row }: Record<string, unknown>) {
  const times = [created_at, updated_at, expires_at];
  return { ...row, times: times.map((time) => (time as Date | null)?.getTime() ?? null) };
}
