// Routes of orders and of what is built on them, with a body each whose fields are as they should be. What
// an id names need not be there: what is malformed is refused before anything is looked up.

import type { Field, Route } from './malformed-values.ts';

const SOME = '0190c3a4-0000-7000-8000-000000000000';
const LINES: Field = ['lines', '[{"pool":"tea","quantity":1}]', 'lines'];
const MONEY = '{"amount":500,"currency":"EUR"}';
const REFERENCE: Field = ['reference', '"p-1"', 'text'];
const REASON: Field = ['reason', '"late"', 'text'];
const AT: Field = ['at', '"2026-11-20T09:30:00Z"', 'instant'];
const NAMED: Field = ['lines', '[{"line":0,"quantity":1}]', 'named'];
const JUDGED: Field = ['lines', '[{"line":0,"quantity":1,"verdict":"sellable"}]', 'named'];
const STAGES = '[{"name":"deposit","amount":1},{"name":"last","rest":true,"dueBeforeLaunch":"1d"}]';

const post = (path: string, fields: Field[]): Route => ({ method: 'POST', path, fields });
const maybe = (path: string, fields: Field[]): Route => ({ ...post(path, fields), optional: true });
const put = (path: string, fields: Field[]): Route => ({ method: 'PUT', path, fields });

const ORDERS: readonly Route[] = [
  post('/v1/orders', [
    LINES,
    ['buyer', '"ada"', 'text'],
    ['channel', '"web"', 'id'],
    ['total', MONEY, 'money'],
    ['vouchers', '["NONE"]', 'codes'],
    ['holdFor', '"5m"', 'duration'],
    ['reference', '"o-1"', 'text'],
    ['metadata', '{"gift":true}', 'metadata'],
    ['plan', '"none"', 'id'],
  ]),
  post('/v1/orders', [
    ['lines', '[{"pool":"none","quantity":1,"unitPrice":5}]', 'lines'],
    ['currency', '"EUR"', 'currency'],
  ]),
  maybe(`/v1/orders/${SOME}/cancel`, [REASON, ['by', '"shop"', 'choice']]),
  maybe(`/v1/orders/${SOME}/paid`, [REFERENCE, ['stage', '"deposit"', 'text']]),
  ...['refunded', 'pack', 'ship', 'deliver'].map((verb) =>
    maybe(`/v1/orders/${SOME}/${verb}`, [REFERENCE]),
  ),
  post(`/v1/orders/${SOME}/carrier`, [['event', '"refused"', 'choice'], AT, REFERENCE]),
  post(`/v1/orders/${SOME}/vouchers`, [['code', '"NONE"', 'text']]),
  {
    ...put('/v1/order-policies/web', [
      ['deduct', '"on-order"', 'choice'],
      ['holdFor', '"5m"', 'duration'],
      ['paymentFor', '"5m"', 'duration'],
      ['inProgress', '"any"', 'choice'],
      ['onPaymentFailed', '"wait"', 'choice'],
      ['capture', '"manual"', 'choice'],
    ]),
    optional: true,
  },
];

const PAYMENTS: readonly Route[] = [
  maybe(`/v1/orders/${SOME}/payments`, [
    ['provider', '"simulated"', 'text'],
    ['stages', '"next"', 'choice'],
  ]),
  maybe(`/v1/payments/${SOME}/refresh`, []),
  maybe(`/v1/payments/${SOME}/cancel`, []),
];

const PLANS: readonly Route[] = [
  put('/v1/plans/console', [
    ['stages', STAGES, 'stages'],
    ['launchAt', '"2031-03-01T00:00:00Z"', 'instant'],
    ['grace', '"3d"', 'span'],
    ['notice', '"7d"', 'span'],
    ['remindBefore', '["1d"]', 'durations'],
    ['refund', '["kept","full"]', 'refund'],
  ]),
  post('/v1/plans/console/launch', [['launchAt', '"2031-03-01T00:00:00Z"', 'instant']]),
];

const VOUCHERS: readonly Route[] = [
  put('/v1/campaigns/spring', [
    ['discount', '{"basisPoints":1000}', 'discount'],
    ['prefix', '"SPRING"', 'prefix'],
    ['validFrom', '"2026-01-01T00:00:00Z"', 'instant'],
    ['validUntil', '"2031-01-01T00:00:00Z"', 'instant'],
    ['usesPerCode', '1', 'quantity'],
    ['usesMax', '10', 'quantity'],
    ['usesPerBuyer', '1', 'quantity'],
    ['minTotal', MONEY, 'money'],
    ['state', '"ACTIVE"', 'choice'],
  ]),
  post('/v1/campaigns/none/codes', [['count', '1', 'quantity']]),
  post('/v1/campaigns/none/codes/import', [['codes', '["A-1"]', 'list']]),
];

const RETURNS: readonly Route[] = [
  post('/v1/returns', [['order', `"${SOME}"`, 'uuid'], NAMED, REASON]),
  post(`/v1/returns/${SOME}/carrier`, [['event', '"lost"', 'choice'], AT, REFERENCE]),
  post(`/v1/returns/${SOME}/receive`, [NAMED, REFERENCE]),
  post(`/v1/returns/${SOME}/inspect`, [JUDGED, ['refund', '5', 'amount']]),
  maybe(`/v1/returns/${SOME}/close`, [
    ['missing', '"sold"', 'choice'],
    ['refund', '5', 'amount'],
    REASON,
  ]),
  maybe(`/v1/returns/${SOME}/cancel`, [REASON]),
  post('/v1/pools/tea/unquarantine', [
    ['quantity', '1', 'quantity'],
    ['to', '"available"', 'choice'],
    REASON,
  ]),
  post('/v1/warehouse/events', [['events', '[{}]', 'batch']]),
];

const WAITERS: readonly Route[] = [
  post('/v1/pools/none/waiters', [
    ['buyer', '"ada"', 'text'],
    ['quantity', '1', 'quantity'],
    REFERENCE,
  ]),
  maybe(`/v1/pools/tea/waiters/${SOME}/accept`, [
    ['channel', '"web"', 'id'],
    ['total', MONEY, 'money'],
    ['vouchers', '["NONE"]', 'codes'],
    ['holdFor', '"5m"', 'duration'],
    REFERENCE,
    ['metadata', '{"gift":true}', 'metadata'],
  ]),
  maybe(`/v1/pools/tea/waiters/${SOME}/accept`, [
    ['unitPrice', '5', 'amount'],
    ['currency', '"EUR"', 'currency'],
  ]),
];

const PLACES: readonly Route[] = [post('/v1/sales/none/places', [['buyer', '"ada"', 'text']])];

const WEBHOOKS: readonly Route[] = [
  put('/v1/webhooks/erp', [
    ['url', '"https://shop.example/hook"', 'url'],
    ['events', '["order.*"]', 'events'],
    ['state', '"PAUSED"', 'choice'],
  ]),
  post('/v1/webhooks/erp/replay', [
    ['since', '"2026-11-20T09:30:00Z"', 'instant'],
    ['all', 'true', 'boolean'],
  ]),
];

const DENIALS: readonly Route[] = [
  {
    ...put('/v1/deny-list/account/ada', [
      ['until', '"2026-11-20T09:30:00Z"', 'instant'],
      ['reason', '"bot"', 'text'],
      ['told', '"Call us."', 'text'],
    ]),
    optional: true,
  },
  { ...put('/v1/deny-list/account/ada', [['for', '"5m"', 'duration']]), optional: true },
];

export const USE_ROUTES: readonly Route[] = [
  ...ORDERS,
  ...PAYMENTS,
  ...PLANS,
  ...VOUCHERS,
  ...RETURNS,
  ...WAITERS,
  ...PLACES,
  ...WEBHOOKS,
  ...DENIALS,
];
