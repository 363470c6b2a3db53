// Bad requests about notices, made from a good one: each is refused with the field that is wrong, and
// nothing is written.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { notingSender } from '../support/senders.ts';
import { problemOf, ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open({ senders: [notingSender().sender] });
  assert.equal((await shop.put('/v1/notices/paid', GOOD)).status, 201);
});
after(() => shop.close());

const GOOD = {
  sender: 'log',
  events: ['order.paid'],
  to: '{{buyer}}',
  subject: 'Paid',
  text: '{{order.total.text}}',
  language: 'de',
  timeZone: 'Europe/Berlin',
  within: '2h',
  state: 'ACTIVE',
};
const long = (length: number) => 'x'.repeat(length);
const NO_TEXT = [5, true, null, [], {}, ['tea'], '', 'a\0b', '\ud800'];
const NO_LINE = [...NO_TEXT, 'a\nb', 'a\rb', 'a\tb', 'a\u0085b', 'a\u2028b', 'a\u007fb'];
const NO_TEMPLATE = ['{{', '{{#a}}', '{{/a}}', '{{a b}}', '{{>a}}', '{{=<% %>=}}', '{{#a}}{{/b}}'];

const WRONG: Record<string, unknown[]> = {
  sender: [...NO_TEXT, 'a b', 'a/b', 'té', long(129)],
  events: [
    {},
    [],
    null,
    5,
    'order.paid',
    [''],
    [5],
    [null],
    ['order'],
    ['Order.paid'],
    ['a.b '],
    Array.from({ length: 51 }, () => 'order.paid'),
  ],
  to: [...NO_LINE, ...NO_TEMPLATE, long(1_025)],
  subject: [...NO_LINE, ...NO_TEMPLATE, long(1_025)],
  text: [...NO_TEXT, ...NO_TEMPLATE, long(20_001)],
  language: [...NO_TEXT, 'a', 'klingon-', 'xx-yy-zz', 'en_US', long(36)],
  timeZone: [...NO_TEXT, 'Berlin', 'Europe/Atlantis', long(65)],
  within: [...NO_TEXT, '2', '59s', '0s', 'PT72H1S', '4d', '1h30m', '999999999999d'],
  state: [...NO_TEXT, 'REMOVED', 'active'],
  nonsense: [1],
};

const PREVIEW: Record<string, unknown[]> = {
  order: [...NO_TEXT, 'none', long(129)],
  reservation: [...NO_TEXT, 'none'],
  waiter: [...NO_TEXT, 'none'],
  return: [...NO_TEXT, 'none'],
  event: [...NO_TEXT, 'order', 'order.*', '*', 'Order.paid', long(65)],
  text: ['another'],
};

async function refuses(method: string, path: string, bodies: [field: string, body: object][]) {
  const { position } = shop.stock.engine.health();
  for (const [field, body] of bodies) {
    const reply = await shop.call(method, path, body);
    const shown = JSON.stringify(body).slice(0, 120);
    assert.equal(reply.status, 400, `${shown}: ${JSON.stringify(reply.body)}`);
    const said = String(problemOf(reply, 400, 'invalid-request').field);
    assert.ok(said === field || said.startsWith(`${field}/`), `${shown}: ${said}`);
  }
  assert.equal(shop.stock.engine.health().position, position, 'something was written');
}

describe('a notice', () => {
  for (const [field, values] of Object.entries(WRONG)) {
    test(`with a wrong ${field} is refused`, () => {
      const bodies = values.map((value): [string, object] => [field, { ...GOOD, [field]: value }]);
      return refuses('PUT', '/v1/notices/paid', bodies);
    });
  }

  for (const field of ['sender', 'events', 'text'] as const) {
    test(`without ${field} is refused`, () => {
      const { [field]: _, ...body } = GOOD;
      return refuses('PUT', '/v1/notices/paid', [[field, body]]);
    });
  }

  test('with a name that is none is refused', async () => {
    for (const name of ['a%20b', '%00', 'é', long(129)]) {
      const reply = await shop.put(`/v1/notices/${name}`, GOOD);
      assert.equal(problemOf(reply, 400, 'invalid-request').field, 'notice', name);
    }
  });
});

describe('a preview', () => {
  for (const [field, values] of Object.entries(PREVIEW)) {
    test(`with a wrong ${field} is refused`, () => {
      const bodies = values.map((value): [string, object] => [field, { [field]: value }]);
      return refuses('POST', '/v1/notices/paid/preview', bodies);
    });
  }

  test('of two documents, or of one that is not there, is refused', async () => {
    const id = '0190c3a4-0000-7000-8000-000000000000';
    const path = '/v1/notices/paid/preview';
    const both = await shop.post(path, { order: id, waiter: id });
    assert.equal(problemOf(both, 400, 'invalid-request').field, 'waiter');
    for (const kind of ['order', 'reservation', 'waiter', 'return']) {
      problemOf(await shop.post(path, { [kind]: id }), 404, `unknown-${kind}`);
    }
    problemOf(await shop.post('/v1/notices/none/preview', {}), 404, 'unknown-notice');
  });
});

test('lists and replays with wrong words are refused', async () => {
  for (const query of ['status=SENT', 'limit=0', 'limit=201', 'cursor=', 'a=1']) {
    const reply = await shop.get(`/v1/notices/paid/deliveries?${query}`);
    assert.ok(reply.status === 400 || query === 'cursor=', `${query}: ${reply.status}`);
  }
  await refuses('POST', '/v1/notices/paid/replay', [
    ['since', {}],
    ['since', { since: 'yesterday' }],
    ['since', { since: 5 }],
    ['all', { since: '2026-11-20T00:00:00Z', all: 'yes' }],
  ]);
});
