// What each kind of field must not have, as JSON text; and how a route with its fields is written down.

type Kind = keyof typeof WRONG_VALUES;
export type Field = [name: string, good: string, kind: Kind];

export interface Route {
  method: 'POST' | 'PUT';
  path: string;
  fields: Field[];
  /** All fields may be left out. */
  optional?: true;
}

export const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const long = (length: number) => `"${'x'.repeat(length)}"`;

const NO_TEXT = ['5', 'true', 'null', '[]', '{}', '["tea"]', deep(2_000)];
const NO_NUMBER = ['"1"', 'true', 'null', '[]', '[1]', '{}', '""', '"NaN"', '"0x1"'];
const ODD_TEXT = ['""', '"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00x"'];

export const WRONG_VALUES = {
  /** 1 to a thousand million. */
  quantity: [
    ...NO_NUMBER,
    ...['0', '-1', '-0', '0.5', '1e-7', '1000000001', '1e10', '1e400', '-1e400'],
    ...['9007199254740991', '9007199254740992', '9007199254740993', '1.0000000000000002'],
  ],
  /** 0 to a thousand million; more than `quantity` asks is also wrong. */
  least: [...NO_NUMBER, '-1', '0.5', '1000000001', '9007199254740993', '1e400'],
  /** Not 0, down to minus a thousand million. */
  difference: [...NO_NUMBER, '0', '-1000000001', '1000000001', '0.5', '-1e400'],
  text: [...NO_TEXT, ...ODD_TEXT, long(257)],
  id: [
    ...NO_TEXT,
    ...ODD_TEXT,
    ...['" "', '"a b"', '"a/b"', '"a,b"', '"té"', '"\\ud83d\\ude00"', '"!two"', '"a\\n"'],
    long(129),
  ],
  duration: [
    ...NO_TEXT,
    ...ODD_TEXT,
    ...['"900"', '"PT"', '"P1M"', '"-PT1M"', '"PT0S"', '"0s"', '"1h30m"', '"367d"', '" 5m"'],
    '"999999999999d"',
  ],
  /** A duration that may be none. */
  span: [
    ...NO_TEXT,
    ...ODD_TEXT,
    ...['"900"', '"PT"', '"P1M"', '"-PT1M"', '"1h30m"', '" 5m"', '"999999999999d"'],
  ],
  prefix: [...NO_TEXT, '"spring"', '"A B"', '"A-B"', '"\\u0000"', long(17)],
  boolean: ['0', '1', '"true"', 'null', '[]', '{}'],
  metadata: [
    ...['[]', '"{}"', '5', 'null', '{"a":"\\u0000"}', '{"a":"\\ud800"}', `{"a":${long(2_048)}}`],
    `{"a":${deep(100_000)}}`,
  ],
  lines: [
    ...['{}', '[]', 'null', '5', '"tea"', '[null]', '[5]', '["tea"]', '[[]]', '[{}]'],
    ...['[{"pool":"tea"}]', '[{"quantity":1}]', '[{"pool":"tea","quantity":1,"price":5}]'],
    ...['[{"pool":"té","quantity":1}]', '[{"pool":"tea","quantity":1},{"pool":"tea"}]'],
    '[{"pool":"tea","quantity":1,"toString":1}]',
    `[${Array.from({ length: 5_001 }, () => '{"pool":"tea","quantity":1}').join(',')}]`,
  ],
  period: ['"decade"', '5', 'null', '[]', '"Day"'],
  scope: ['"some"', '5', 'null', '[]', '{}', '{"pools":[]}', '{"pools":["té"]}', '{"shops":["a"]}'],
  /** Whole minor units, from 0. */
  amount: [...NO_NUMBER, '-1', '0.5', '9007199254740992', '1e400'],
  money: [
    ...['5', 'null', '[]', '"5 EUR"', '{}', '{"amount":5}', '{"currency":"EUR"}'],
    ...['{"amount":-1,"currency":"EUR"}', '{"amount":0.5,"currency":"EUR"}'],
    ...['{"amount":1,"currency":"eur"}', '{"amount":1,"currency":"EURO"}'],
    '{"amount":1,"currency":"EUR","cents":0}',
  ],
  currency: [...NO_TEXT, ...ODD_TEXT, '"eur"', '"EURO"', '"E"', '"\\u20ac"'],
  choice: [...NO_TEXT, '""', '"some"', '"Any"', '"toString"'],
  uuid: [...NO_TEXT, ...ODD_TEXT, '"o-1"', '"0190c3a4-0000-7000-8000"', long(257)],
  instant: [
    ...NO_TEXT,
    ...ODD_TEXT,
    ...['"now"', '"2026-02-30T00:00:00Z"', '"2026-01-01"', '"1763631000"', '"0s"'],
  ],
  codes: ['5', 'null', '{}', '"SPRING"', '[5]', '[null]', '[""]', '["\\u0000"]', `[${long(257)}]`],
  named: [
    ...['{}', '[]', 'null', '5', '[null]', '[{}]', '[{"quantity":1}]', '[{"pool":"tea"}]'],
    ...['[{"line":-1,"quantity":1}]', '[{"line":0.5,"quantity":1}]', '[{"line":0,"quantity":0}]'],
    '[{"line":0,"quantity":1,"verdict":"fine"}]',
  ],
  stages: [
    ...['{}', '[]', 'null', '5', '[null]', '[{}]', '[{"name":"all"}]', '[{"name":"","rest":true}]'],
    ...['[{"name":"a","amount":1}]', '[{"name":"a","rest":true,"amount":1}]'],
    ...['[{"name":"a","amount":-1},{"name":"b","rest":true,"dueAt":"2031-01-01T00:00:00Z"}]'],
    '[{"name":"a","rest":true},{"name":"a","rest":true}]',
    '[{"name":"a","amount":1},{"name":"b","rest":true,"dueAfterDeposit":"soon"}]',
    `[${Array.from({ length: 25 }, () => '{"name":"a","rest":true}').join(',')}]`,
  ],
  refund: ['{}', '[]', 'null', '5', '"kept"', '[null]', '["some"]', '[{"basisPoints":10001}]'],
  durations: ['{}', 'null', '5', '"1d"', '[5]', '["1h30m"]', '["P1M"]', '[""]'],
  discount: [
    ...['{}', '[]', 'null', '5', '{"basisPoints":0}', '{"basisPoints":10001}', '{"amount":5}'],
    ...['{"basisPoints":0.5}', '{"basisPoints":1,"amount":{"amount":1,"currency":"EUR"}}'],
    '{"amount":{"amount":1,"currency":"EUR"},"amountMax":{"amount":1,"currency":"EUR"}}',
  ],
  url: [
    ...NO_TEXT,
    ...ODD_TEXT,
    ...['"shop"', '"ftp://shop.example/"', '"javascript:alert(1)"', '"https://a:b@shop.example/"'],
    '"http://"',
  ],
  events: [
    '{}',
    '[]',
    'null',
    '5',
    '"order.*"',
    '[5]',
    '[""]',
    '["order"]',
    '["*.*"]',
    '["Order.*"]',
  ],
  list: ['5', 'null', '{}', '"A-1"', '[]', '[5]', '[null]'],
  batch: ['{}', '[]', 'null', '5', '"all"', `[${Array(1_001).fill('1').join(',')}]`],
} as const;
