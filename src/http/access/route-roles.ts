// Who may call which route: the one table. A server with a route that is not in it does not start.
// Pages declare themselves open, because a browser loads them before anyone could give it a key.

import type { FastifyInstance, FastifyPluginAsync, RouteOptions } from 'fastify';
import type { Role } from './roles.ts';

export type Access = Role | 'open';

/** viewer looks, seller sells, operator moves stock, admin runs the server. */
export const ROUTE_ROLES: Readonly<Record<string, Access>> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /openapi.json': 'open',
  'GET /errors': 'open',
  'GET /errors/:code': 'open',
  'POST /v1/payment-callbacks/:provider': 'open',
  'GET /sales/:sale': 'open',
  'GET /sales/:sale/page.json': 'open',

  'GET /v1/sales/:sale/places/events': 'open',
  'POST /v1/sales/:sale/places/heartbeat': 'open',
  'POST /v1/sales/:sale/places/leave': 'open',

  'GET /v1/pools': 'viewer',
  'GET /v1/pools/:pool': 'viewer',
  'GET /v1/availability': 'viewer',
  'GET /v1/limits': 'viewer',
  'GET /v1/limits/:limit': 'viewer',
  'GET /v1/reservations': 'viewer',
  'GET /v1/reservations/:reservation': 'viewer',
  'GET /v1/orders': 'viewer',
  'GET /v1/orders/:order': 'viewer',
  'GET /v1/order-policies': 'viewer',
  'GET /v1/plans': 'viewer',
  'GET /v1/plans/:plan': 'viewer',
  'GET /v1/orders/:order/payments': 'viewer',
  'GET /v1/payments/:payment': 'viewer',
  'GET /v1/pools/:pool/waiters': 'viewer',
  'GET /v1/pools/:pool/waiters/:waiter': 'viewer',
  'GET /v1/returns': 'viewer',
  'GET /v1/returns/:return': 'viewer',
  'GET /v1/vouchers/:voucher': 'viewer',
  'GET /v1/sales': 'viewer',
  'GET /v1/sales/:sale': 'viewer',
  'GET /v1/sales/:sale/challenge': 'viewer',
  'GET /v1/campaigns': 'viewer',
  'GET /v1/campaigns/:campaign': 'viewer',
  'GET /v1/leases': 'viewer',
  'GET /v1/leases/:lease': 'viewer',
  'GET /v1/journal': 'viewer',
  'GET /v1/events': 'viewer',

  'POST /v1/reservations': 'seller',
  'POST /v1/reservations/batch': 'seller',
  'POST /v1/reservations/:reservation/confirm': 'seller',
  'POST /v1/reservations/:reservation/cancel': 'seller',
  'POST /v1/reservations/:reservation/extend': 'seller',
  'POST /v1/reservations/:reservation/change': 'seller',

  'POST /v1/orders': 'seller',
  'POST /v1/sales/:sale/checkout': 'seller',
  'POST /v1/sales/:sale/places': 'seller',
  'POST /v1/orders/:order/cancel': 'seller',
  'POST /v1/orders/:order/payments': 'seller',
  'POST /v1/payments/:payment/refresh': 'seller',
  'POST /v1/payments/:payment/cancel': 'seller',
  'POST /v1/returns': 'seller',
  'POST /v1/returns/:return/cancel': 'seller',

  'POST /v1/pools/:pool/waiters': 'seller',
  'POST /v1/pools/:pool/waiters/:waiter/accept': 'seller',
  'DELETE /v1/pools/:pool/waiters/:waiter': 'seller',
  'POST /v1/orders/:order/vouchers': 'seller',
  'POST /v1/orders/:order/vouchers/:voucher/remove': 'seller',

  'POST /v1/leases': 'seller',
  'POST /v1/leases/:lease/top-up': 'seller',
  'POST /v1/leases/:lease/renew': 'seller',
  'POST /v1/leases/:lease/record': 'seller',
  'POST /v1/leases/:lease/give-back': 'seller',
  'POST /v1/leases/:lease/settle': 'seller',

  'POST /v1/orders/:order/paid': 'operator',
  'POST /v1/orders/:order/refunded': 'operator',
  'POST /v1/orders/:order/pack': 'operator',
  'POST /v1/orders/:order/ship': 'operator',
  'POST /v1/orders/:order/deliver': 'operator',
  'PUT /v1/order-policies/:channel': 'operator',
  'POST /v1/orders/:order/carrier': 'operator',
  'POST /v1/returns/:return/carrier': 'operator',
  'POST /v1/returns/:return/receive': 'operator',
  'POST /v1/returns/:return/inspect': 'operator',
  'POST /v1/returns/:return/close': 'operator',
  'POST /v1/pools/:pool/unquarantine': 'operator',
  'POST /v1/warehouse/events': 'operator',
  'POST /v1/sales': 'operator',
  'PUT /v1/sales/:sale': 'operator',
  'POST /v1/sales/:sale/arm': 'operator',
  'POST /v1/sales/:sale/open': 'operator',
  'POST /v1/sales/:sale/close': 'operator',
  'PUT /v1/campaigns/:campaign': 'operator',
  'POST /v1/campaigns/:campaign/codes': 'operator',
  'POST /v1/campaigns/:campaign/codes/import': 'operator',
  'PUT /v1/plans/:plan': 'operator',
  'POST /v1/plans/:plan/launch': 'operator',
  'POST /v1/leases/:lease/write-off': 'operator',
  'POST /v1/reservations/:reservation/return': 'operator',
  'PUT /v1/pools/:pool': 'operator',
  'POST /v1/pools/:pool/receive': 'operator',
  'POST /v1/pools/:pool/adjust': 'operator',
  'POST /v1/transfers': 'operator',
  'PUT /v1/limits/:limit': 'operator',

  'GET /v1/anomalies': 'operator',
  'GET /v1/deny-list': 'operator',
  'GET /v1/deny-list/:kind/:value': 'operator',
  'PUT /v1/deny-list/:kind/:value': 'operator',
  'DELETE /v1/deny-list/:kind/:value': 'operator',

  'GET /v1/webhooks': 'operator',
  'GET /v1/webhooks/:webhook': 'operator',
  'GET /v1/webhooks/:webhook/deliveries': 'operator',
  'POST /v1/webhooks/:webhook/deliveries/:delivery/replay': 'operator',
  'POST /v1/webhooks/:webhook/replay': 'operator',

  'GET /v1/notices': 'operator',
  'GET /v1/notices/:notice': 'operator',
  'GET /v1/notices/:notice/deliveries': 'operator',
  'POST /v1/notices/:notice/preview': 'operator',
  'POST /v1/notices/:notice/deliveries/:delivery/replay': 'operator',
  'POST /v1/notices/:notice/replay': 'operator',

  'PUT /v1/webhooks/:webhook': 'admin',
  'POST /v1/webhooks/:webhook/rotate': 'admin',
  'DELETE /v1/webhooks/:webhook': 'admin',
  'PUT /v1/notices/:notice': 'admin',
  'DELETE /v1/notices/:notice': 'admin',
  'POST /v1/expiry/resume': 'admin',
};

/** Gives every route its role. Must be called before any route is added. */
export function declareRoles(app: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    const access = ROUTE_ROLES[`${methodOf(route)} ${route.url}`];
    if (access !== undefined) route.config = { ...route.config, access };
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    const without = routes.filter(({ config }) => config?.access === undefined);
    if (without.length === 0) return;
    const names = without.map((route) => `${methodOf(route)} ${route.url}`).join(', ');
    throw new Error(`no role is declared for ${names}: add it to route-roles.ts`);
  });
}

/** Routes that need no key, because they are files of a page. */
export function openPages(pages: FastifyPluginAsync): FastifyPluginAsync {
  return async (app, options) => {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'open' };
    });
    await pages(app, options);
  };
}

/** HEAD asks for what GET asks for. */
function methodOf({ method }: RouteOptions): string {
  const [first] = [method].flat();
  return first === 'HEAD' ? 'GET' : String(first);
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for every route by `declareRoles`. */
    access?: Access;
  }
}
