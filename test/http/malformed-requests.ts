// Makes bad requests out of good ones: each route with a body that works, and for each of its fields
// the values that kind of field must not have. Bodies are text, because half of what is wrong cannot
// be said in an object.

import { USE_ROUTES } from './malformed-uses.ts';
import { deep, type Field, type Route, WRONG_VALUES } from './malformed-values.ts';

export interface BadRequest {
  method: string;
  path: string;
  body?: string | Buffer;
  headers?: Record<string, string>;
  /** What is named as wrong, or a part of it; undefined where another problem is fine too. */
  field?: string;
}

const LINES: Field = ['lines', '[{"pool":"tea","quantity":1}]', 'lines'];

const LEASE = '/v1/leases/0190c3a4-0000-7000-8000-000000000000';
const SALES =
  '[{"id":"0190c3a4-0000-7000-8000-000000000001","lines":[{"pool":"tea","quantity":1}]}]';

/** Routes with a body that works, `ID` standing for a reservation that is held. */
export const ROUTES: readonly Route[] = [
  {
    method: 'PUT',
    path: '/v1/pools/cup',
    fields: [
      ['product', '"cup"', 'id'],
      ['place', '"here"', 'text'],
      ['home', '"tea"', 'id'],
    ],
    optional: true,
  },
  {
    method: 'POST',
    path: '/v1/pools/tea/receive',
    fields: [
      ['quantity', '1', 'quantity'],
      ['reference', '"d-1"', 'text'],
    ],
  },
  {
    method: 'POST',
    path: '/v1/pools/tea/adjust',
    fields: [
      ['quantity', '1', 'difference'],
      ['reason', '"found"', 'text'],
      ['upTo', 'true', 'boolean'],
    ],
  },
  {
    method: 'POST',
    path: '/v1/transfers',
    fields: [
      ['from', '"tea"', 'id'],
      ['to', '"tea-2"', 'id'],
      ['quantity', '1', 'quantity'],
      ['reference', '"t-1"', 'text'],
    ],
  },
  {
    method: 'PUT',
    path: '/v1/limits/two',
    fields: [
      ['per', '"buyer"', 'period'],
      ['scope', '{"pools":["none"]}', 'scope'],
      ['quantityMax', '2', 'quantity'],
      ['window', '"1d"', 'duration'],
      ['returnsGiveBack', 'true', 'boolean'],
    ],
  },
  {
    method: 'POST',
    path: '/v1/reservations',
    fields: [
      LINES,
      ['buyer', '"ada"', 'text'],
      ['holdFor', '"5m"', 'duration'],
      ['holdCap', '"1h"', 'duration'],
      ['reference', '"o-1"', 'text'],
      ['metadata', '{"gift":true}', 'metadata'],
    ],
  },
  { method: 'POST', path: '/v1/reservations/ID/confirm', fields: [LINES], optional: true },
  { method: 'POST', path: '/v1/reservations/ID/cancel', fields: [], optional: true },
  { method: 'POST', path: '/v1/reservations/ID/extend', fields: [['holdFor', '"5m"', 'duration']] },
  { method: 'POST', path: '/v1/reservations/ID/change', fields: [LINES] },
  { method: 'POST', path: '/v1/reservations/ID/return', fields: [LINES] },
  {
    method: 'POST',
    path: '/v1/leases',
    fields: [
      ['node', '"till-3"', 'text'],
      ['pool', '"tea"', 'id'],
      ['quantity', '2', 'quantity'],
      ['quantityMin', '1', 'least'],
      ['leaseFor', '"30s"', 'duration'],
    ],
  },
  { method: 'POST', path: `${LEASE}/top-up`, fields: [['quantity', '2', 'quantity']] },
  {
    method: 'POST',
    path: `${LEASE}/renew`,
    fields: [['leaseFor', '"30s"', 'duration']],
    optional: true,
  },
  {
    method: 'POST',
    path: `${LEASE}/give-back`,
    fields: [['quantity', '1', 'quantity']],
    optional: true,
  },
  { method: 'POST', path: `${LEASE}/record`, fields: [['sales', SALES, 'lines']] },
  { method: 'POST', path: `${LEASE}/settle`, fields: [['sales', SALES, 'lines']], optional: true },
  {
    method: 'POST',
    path: `${LEASE}/write-off`,
    fields: [
      ['to', '"available"', 'period'],
      ['reason', '"lost"', 'text'],
    ],
  },
  ...USE_ROUTES,
];

/** The body of a route with one field put in place of its own. */
export function bodyWith(fields: readonly Field[], name: string, value: string): string {
  const own = fields.filter(([field]) => field !== name).map(([field, good]) => [field, good]);
  return `{${[...own, [name, value]].map(([field, text]) => `"${field}":${text}`).join(',')}}`;
}

/** One wrong value in one field, everything else as it should be. */
export function wrongFields({ method, path, fields }: Route): BadRequest[] {
  return fields.flatMap(([name, , kind]) =>
    WRONG_VALUES[kind].map((value) => {
      // Sales of a lease may be none; of a scope not every part has a field.
      const field = kind === 'lines' || kind === 'scope' ? {} : { field: name };
      return { method, path, body: bodyWith(fields, name, value), ...field };
    }),
  );
}

/** Names that no body may have, those among them that every object has already. */
const STRANGE_NAMES = [
  'quantitty',
  '',
  ' ',
  'toString',
  'hasOwnProperty',
  'prototype',
  'constructor',
];

/** What is wrong with a body as a whole, whatever the route. */
export function wrongBodies({ method, path, fields, optional }: Route): BadRequest[] {
  const good = fields.map(([name, value]) => `"${name}":${value}`);
  const first = fields[0];
  const inside = good.length === 0 ? '' : `${good.join(',')},`;
  const bodies: [body: string | Buffer, field?: string][] = [
    ...['{', '[]', 'null', '5', '"text"', 'true', 'NaN', 'Infinity', 'undefined'].map(
      (body): [string, string] => [body, 'body'],
    ),
    ...['{"a":NaN}', '{"a":Infinity}', "{'a':1}", '{"a":01}', '{"a":1,}', '{}{}'].map(
      (body): [string, string] => [body, 'body'],
    ),
    [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'body'],
    [Buffer.from([0xc3, 0x28]), 'body'],
    [Buffer.from(`{"a":"\xe9"}`, 'latin1'), 'body'],
    [Buffer.from('{}', 'utf16le'), 'body'],
    [deep(200_000), 'body'],
    [`{${inside}"__proto__":{"quantity":1}}`, 'body'],
    [`{${inside}"\\u005f_proto__":1}`, 'body'],
    [`{${inside}"constructor":{"prototype":{}}}`, 'body'],
    ...STRANGE_NAMES.map((name): [string, string] => [`{${inside}"${name}":1}`, name || 'body']),
  ];
  if (optional !== true) bodies.push([''], ['{}']);
  // Of a name that stands twice the last one counts, and must be as good as if it stood alone.
  if (first !== undefined) bodies.push([`{${inside}"${first[0]}":[]}`]);
  return bodies.map(([body, field]) => ({
    method,
    path,
    body,
    ...(field === undefined || field === ' ' || field === 'body' ? {} : { field }),
  }));
}
