// For each route that takes a command, one that succeeds for any key, again and again. Expects nothing.

import type { Reply } from './served-shop.ts';

/** Stands in a path for the id of what the command is about. */
export const ID = '0190c3a4-0000-7000-8000-000000000000';

/** A command for each route that takes one, such that it succeeds for any key, again and again. */
export async function commandFor(
  path: string,
  call: (path: string, body?: object) => Promise<Reply>,
) {
  if (path.startsWith('/v1/leases/')) {
    const { id } = (await call('/v1/leases', BODIES['/v1/leases'])).body;
    return { path: path.replace('tea', id), body: BODIES[path.split('/').at(-1)!] };
  }
  if (path.startsWith('/v1/sales')) return saleCommand(path, call);
  if (path.includes('/waiters')) return waiterCommand(path, call);
  if (/returns|unquarantine|warehouse/.test(path)) return returnCommand(path, call);
  if (!path.includes(ID)) return { path, body: BODIES[path] };
  if (path.startsWith('/v1/orders')) return orderCommand(path, call);
  if (path.startsWith('/v1/payments')) return paymentCommand(path, call);
  const verb = path.split('/').at(-1)!;
  const held = await call('/v1/reservations', BODIES['/v1/reservations']);
  const own = path.replace(ID, held.body.id);
  if (verb === 'return') await call(own.replace('return', 'confirm'));
  return { path: own, body: BODIES[verb] };
}

/** A new sale, as far as the verb needs it. */
async function saleCommand(path: string, call: (path: string, body?: object) => Promise<Reply>) {
  const sale = `sale-${crypto.randomUUID()}`;
  const items = [{ from: 'tea', quantity: 1 }];
  if (path === '/v1/sales') return { path, body: { sale, items } };
  const verb = path.split('/').at(4) ?? 'put';
  await call('/v1/sales', { sale, items, ...(verb === 'places' && { room: { multiple: 1 } }) });
  for (const step of BEFORE[verb] ?? []) await call(`/v1/sales/${sale}/${step}`);
  const bodies: Record<string, object> = {
    put: { items },
    checkout: LINES,
    places: { buyer: 'ann' },
  };
  return { path: path.replace('/sales/tea', `/sales/${sale}`), body: bodies[verb] ?? {} };
}

const BEFORE: Record<string, string[]> = {
  refunded: ['paid', 'cancel'],
  pack: ['paid'],
  ship: ['paid'],
  deliver: ['paid', 'ship'],
  carrier: ['paid', 'ship'],
  open: ['arm'],
  close: ['arm'],
  checkout: ['arm', 'open'],
  places: ['arm'],
};

/** A return of a sold unit, as far as the verb needs it. */
async function returnCommand(path: string, call: (path: string, body?: object) => Promise<Reply>) {
  const { id: reservation } = (await call('/v1/reservations', LINES)).body;
  await call(`/v1/reservations/${reservation}/confirm`);
  if (path === '/v1/returns') return { path, body: { reservation } };
  const { id } = (await call('/v1/returns', { reservation })).body;
  if (path.startsWith('/v1/warehouse')) {
    const event = { id: reservation, type: 'return.received', return: id, ...LINES };
    return { path, body: { events: [event] } };
  }
  const judged = (verdict: string) => ({ lines: [{ ...LINES.lines[0]!, verdict }] });
  if (!/close|cancel|carrier|receive/.test(path)) await call(`/v1/returns/${id}/receive`, LINES);
  if (path.endsWith('unquarantine')) {
    await call(`/v1/returns/${id}/inspect`, judged('quarantine'));
    return { path, body: { quantity: 1, to: 'available' } };
  }
  const bodies: Record<string, object> = {
    receive: LINES,
    inspect: judged('sellable'),
    carrier: { event: 'picked-up' },
  };
  return { path: path.replace(ID, id), body: bodies[path.split('/').at(-1)!] ?? {} };
}

/** An order as far as the verb needs it. */
async function orderCommand(path: string, call: (path: string, body?: object) => Promise<Reply>) {
  const { orderId } = (await call('/v1/orders', ORDER)).body;
  const verb = path.split('/').at(-1)!;
  if (path.includes('/vouchers')) return voucherCommand(path.replace(ID, orderId), call);
  const before = BEFORE[verb] ?? [];
  for (const step of before) await call(`/v1/orders/${orderId}/${step}`);
  return { path: path.replace(ID, orderId), body: BODIES[`order ${verb}`] ?? {} };
}

async function paymentCommand(path: string, call: (path: string, body?: object) => Promise<Reply>) {
  const { orderId } = (await call('/v1/orders', ORDER)).body;
  const { paymentId } = (await call(`/v1/orders/${orderId}/payments`)).body;
  return { path: path.replace(ID, paymentId), body: {} };
}

const ORDER = { lines: [{ pool: 'tea', quantity: 1, unitPrice: 5 }], currency: 'EUR' };
/** A place in the line of a pool that has nothing, so that nobody is served meanwhile. */
async function waiterCommand(path: string, call: (path: string, body?: object) => Promise<Reply>) {
  const body = { buyer: crypto.randomUUID(), quantity: 1 };
  const own = path.replace('tea', 'dry');
  if (!path.includes(ID)) return { path: own, body };
  const place = await call('/v1/pools/dry/waiters', body);
  return { path: own.replace(ID, place.body.id), body: {} };
}

/** A code of a campaign that is there. */
async function voucherCommand(path: string, call: (path: string, body?: object) => Promise<Reply>) {
  const codes = '/v1/campaigns/tea/codes/import';
  await call(codes, BODIES[codes]);
  if (!path.endsWith('/remove')) return { path, body: CODE };
  await call(path.replace('/tea/remove', ''), CODE);
  return { path, body: {} };
}

export const TENTH_OFF = { discount: { basisPoints: 1_000 }, usesPerCode: 1_000_000 };
const CODE = { code: 'tea' };
const PLAN = { stages: [{ name: 'all', rest: true }], refund: ['kept'] };
export const LINES = { lines: [{ pool: 'tea', quantity: 1 }] };
const BODIES: Record<string, object> = {
  '/v1/pools/tea': {},
  '/v1/pools/tea/receive': { quantity: 1 },
  '/v1/pools/tea/adjust': { quantity: 1 },
  '/v1/transfers': { from: 'tea', to: 'tea-2', quantity: 1 },
  '/v1/limits/tea': { per: 'order', scope: 'all', quantityMax: 9 },
  '/v1/reservations': LINES,
  '/v1/orders': LINES,
  '/v1/order-policies/tea': {},
  '/v1/webhooks/tea': { url: 'https://shop.example/', events: ['order.*'] },
  '/v1/webhooks/tea/rotate': {},
  '/v1/notices/tea': { sender: 'log', events: ['order.*'], text: 'Yours.' },
  '/v1/campaigns/tea': TENTH_OFF,
  '/v1/campaigns/tea/codes': { count: 3 },
  '/v1/campaigns/tea/codes/import': { codes: ['tea'] },
  '/v1/deny-list/account/tea': {},
  '/v1/plans/tea': PLAN,
  '/v1/plans/tea/launch': { launchAt: '2030-01-01T00:00:00Z' },
  '/v1/reservations/batch': { items: [LINES] },
  '/v1/leases': { node: 'till-3', pool: 'tea', quantity: 2 },
  'top-up': { quantity: 1 },
  record: { sales: [{ id: '0190c3a4-0000-7000-8000-000000000001', ...LINES }] },
  'write-off': { to: 'available' },
  ...Object.fromEntries(
    ['confirm', 'cancel', 'renew', 'give-back', 'settle'].map((it) => [it, {}]),
  ),
  extend: { holdFor: '1m' },
  change: LINES,
  return: LINES,
  'order carrier': { event: 'refused' },
};
