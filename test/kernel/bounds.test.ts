// What is refused at the door, field by field, before any stock is looked at; and the widest that
// passes.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { PutLimitCommand, ReserveCommand } from '../../src/kernel/commands.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

type Bad = readonly unknown[];

const NOT_WHOLE: Bad = [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53, '1', null, 1n, {}, []];
const QUANTITY: Bad = [...NOT_WHOLE, 0, -1, -0.5, 1_000_000_001];
const POOL: Bad = [
  '.',
  '..',
  '',
  'x'.repeat(129),
  'a b',
  'a/b',
  '!a',
  'ä',
  '数',
  'a\0',
  'a\n',
  1,
  null,
  {},
];
const ILL_FORMED: Bad = ['\0', 'a\0b', '\ud800', 'a\udc00', '\udc00\ud800'];
const TEXT: Bad = ['', 'x'.repeat(257), ...ILL_FORMED, 1, null, {}];
const HOLD: Bad = [...NOT_WHOLE, 0, -1, 60 * 86_400_000 + 1];
const METADATA: Bad = [
  new Date(0),
  { toJSON: () => undefined },
  'text',
  [],
  null,
  1,
  { a: 'x'.repeat(2_048) },
  { a: '数'.repeat(700) },
  ...ILL_FORMED.map((text) => ({ a: text })),
  ...ILL_FORMED.map((text) => ({ [text as string]: 1 })),
  { a: [{ b: '\0' }] },
  { a: 1n },
];

type Send = (shop: Shop, value: unknown) => Promise<{ ok: boolean }>;

const line = (more: object) => [{ pool: 'tea', quantity: 1, ...more }];

/** A reservation that would be made, but for one field. */
const reserve = (field: string): Send => {
  return ({ stock }, value) => stock.reserve({ lines: line({}), [field]: value } as ReserveCommand);
};
const reserveLine = (field: string): Send => {
  return ({ stock }, value) => stock.reserve({ lines: line({ [field]: value }) } as ReserveCommand);
};
const limit = (more: object): Send => {
  const whole = { limit: 'l', per: 'buyer', scope: 'all', quantityMax: 1, ...more };
  return ({ stock }, value) => {
    const command = Object.fromEntries(
      Object.entries(whole).map(([name, given]) => [
        name,
        (given as unknown) === HERE ? value : given,
      ]),
    );
    return stock.putLimit(command as unknown as PutLimitCommand);
  };
};
const HERE = Symbol('the value under test');

const onLines = (verb: 'change' | 'return' | 'confirm'): Send => {
  return async (shop, value) => {
    const reservation = verb === 'return' ? await shop.sell('tea', 1) : await shop.hold('tea', 1);
    return shop.stock[verb]({ reservation, lines: [{ pool: 'tea', quantity: value as number }] });
  };
};

const FIELDS: Record<string, { send: Send; bad: Bad }> = {
  'reserve: lines': { send: reserve('lines'), bad: [[], null, 'x', {}, [null], ['x'], undefined] },
  'reserve: a line’s pool': { send: reserveLine('pool'), bad: [...POOL, undefined] },
  'reserve: a line’s quantity': { send: reserveLine('quantity'), bad: [...QUANTITY, undefined] },
  'reserve: a line’s quantityMin': { send: reserveLine('quantityMin'), bad: [...NOT_WHOLE, -1, 2] },
  'reserve: buyer': { send: reserve('buyer'), bad: TEXT },
  'reserve: reference': { send: reserve('reference'), bad: TEXT },
  'reserve: metadata': { send: reserve('metadata'), bad: METADATA },
  'reserve: holdForMs': { send: reserve('holdForMs'), bad: HOLD },
  'reserve: holdCapMs': { send: reserve('holdCapMs'), bad: HOLD },
  'confirm: quantity': {
    send: onLines('confirm'),
    bad: QUANTITY.filter((value) => value !== 0),
  },
  'change: quantity': { send: onLines('change'), bad: QUANTITY },
  'return: quantity': { send: onLines('return'), bad: QUANTITY },
  'extend: holdForMs': {
    send: async (shop, value) =>
      shop.stock.extend({ reservation: await shop.hold('tea', 1), holdForMs: value as number }),
    bad: [...HOLD, undefined],
  },
  'cancel: reservation': {
    send: ({ stock }, value) => stock.cancel({ reservation: value as string }),
    bad: [undefined, null, 1, {}, []],
  },
  'putPool: pool': {
    send: ({ stock }, value) => stock.putPool({ pool: value as string }),
    bad: [...POOL, undefined],
  },
  'putPool: product': {
    send: ({ stock }, value) => stock.putPool({ pool: 'p', product: value as string }),
    bad: POOL,
  },
  'putPool: place': {
    send: ({ stock }, value) => stock.putPool({ pool: 'p', place: value as string }),
    bad: [...TEXT, 'x'.repeat(129)],
  },
  'putPool: home': {
    send: ({ stock }, value) => stock.putPool({ pool: 'p', home: value as string }),
    bad: POOL,
  },
  'receive: pool': {
    send: ({ stock }, value) => stock.receive({ pool: value as string, quantity: 1 }),
    bad: [...POOL, undefined],
  },
  'receive: quantity': {
    send: ({ stock }, value) => stock.receive({ pool: 'tea', quantity: value as number }),
    bad: [...QUANTITY, undefined],
  },
  'receive: reference': {
    send: ({ stock }, value) =>
      stock.receive({ pool: 'tea', quantity: 1, reference: value as string }),
    bad: TEXT,
  },
  'adjust: quantity': {
    send: ({ stock }, value) => stock.adjust({ pool: 'tea', quantity: value as number }),
    bad: [...NOT_WHOLE, 0, 1_000_000_001, -1_000_000_001, undefined],
  },
  'adjust: reason': {
    send: ({ stock }, value) => stock.adjust({ pool: 'tea', quantity: 1, reason: value as string }),
    bad: TEXT,
  },
  'transfer: quantity': {
    send: ({ stock }, value) =>
      stock.transfer({ from: 'tea', to: 'cup', quantity: value as number }),
    bad: [...QUANTITY, undefined],
  },
  'transfer: to': {
    send: ({ stock }, value) => stock.transfer({ from: 'tea', to: value as string, quantity: 1 }),
    bad: [...POOL, 'tea', undefined],
  },
  'limit: limit': { send: limit({ limit: HERE }), bad: [...POOL, undefined] },
  'limit: quantityMax': { send: limit({ quantityMax: HERE }), bad: [...QUANTITY, undefined] },
  'limit: per': { send: limit({ per: HERE }), bad: ['', 'day', 1, null, undefined] },
  'limit: scope': {
    send: limit({ scope: HERE }),
    bad: ['some', null, 1, {}, [], { pools: [] }, { pools: 'tea' }, { pools: ['a b'] }, undefined],
  },
  'limit: period': { send: limit({ period: HERE }), bad: ['hour', 'toString', 1, {}] },
  'limit: period, per order': { send: limit({ per: 'order', period: HERE }), bad: ['day'] },
  'limit: windowMs': {
    send: limit({ windowMs: HERE }),
    bad: [...NOT_WHOLE, 0, -1, 366 * 86_400_000 + 1],
  },
  'limit: windowMs beside a period': { send: limit({ period: 'day', windowMs: HERE }), bad: [1] },
  'limit: timeZone': {
    send: limit({ period: 'day', timeZone: HERE }),
    bad: ['Nowhere/Land', '', 1, {}],
  },
  key: {
    send: ({ stock }, value) => stock.reserve({ lines: line({}) }, { key: value as string }),
    bad: TEXT,
  },
};

const show = (value: unknown) => inspect(value, { breakLength: Infinity }).slice(0, 60);

describe('what is refused at the door', () => {
  for (const [field, { send, bad }] of Object.entries(FIELDS)) {
    it(field, async () => {
      const shop = await (await Shop.open()).fill({ tea: 1_000, cup: 1 });
      for (const value of bad) {
        const { position } = shop.engine.health();
        const answer = (await send(shop, value)) as Awaited<ReturnType<typeof shop.stock.cancel>>;
        assert.ok(!answer.ok, `${show(value)} was accepted`);
        assert.equal(refused(answer, 'invalid-request').code, 'invalid-request', show(value));
        // What a verb needs to be tried on may have been made; nothing else.
        assert.ok(shop.engine.health().position - position <= 2, show(value));
      }
    });
  }

  it('principal', async () => {
    const shop = await (await Shop.open()).fill({ tea: 9 });
    for (const principal of ILL_FORMED as string[]) {
      const answer = await shop.stock.reserve({ lines: line({}) }, { key: 'k', principal });
      refused(answer, 'invalid-request');
    }
  });
});

describe('the widest that passes', () => {
  const WIDEST: ReserveCommand[] = [
    { lines: [{ pool: 'tea', quantity: 1_000_000_000 }] },
    { lines: line({ quantityMin: 0 }) },
    { lines: line({ quantityMin: 1 }) },
    { lines: line({}), buyer: 'x'.repeat(256), reference: '🎫'.repeat(128) },
    { lines: line({}), holdForMs: 1, holdCapMs: 1 },
    { lines: line({}), holdForMs: 60 * 86_400_000, holdCapMs: 60 * 86_400_000 },
    { lines: line({}), metadata: { a: 'x'.repeat(2_040) } },
    { lines: line({}), metadata: { a: '\u0001\u007f\u2028', '🎁': [null, true, { b: [] }] } },
    { lines: line({}), metadata: {} },
  ];
  for (const command of WIDEST) {
    it(show(command), async () => {
      const shop = await (await Shop.open()).fill({ tea: 1_000_000_000 });
      accepted(await shop.stock.reserve(command));
    });
  }

  it('a text that only looks like an escape', async () => {
    const shop = await (await Shop.open()).fill({ tea: 9 });
    const metadata = { path: 'C:\\u0000', note: 'say \\ud800' };
    assert.deepEqual(
      accepted(await shop.stock.reserve({ lines: line({}), metadata })).metadata,
      metadata,
    );
  });
});
