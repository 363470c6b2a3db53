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

  'GET /v1/pools': 'viewer',
  'GET /v1/pools/:pool': 'viewer',
  'GET /v1/availability': 'viewer',
  'GET /v1/limits': 'viewer',
  'GET /v1/limits/:limit': 'viewer',
  'GET /v1/reservations': 'viewer',
  'GET /v1/reservations/:reservation': 'viewer',
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

  'POST /v1/leases': 'seller',
  'POST /v1/leases/:lease/top-up': 'seller',
  'POST /v1/leases/:lease/renew': 'seller',
  'POST /v1/leases/:lease/record': 'seller',
  'POST /v1/leases/:lease/give-back': 'seller',
  'POST /v1/leases/:lease/settle': 'seller',

  'POST /v1/leases/:lease/write-off': 'operator',
  'POST /v1/reservations/:reservation/return': 'operator',
  'PUT /v1/pools/:pool': 'operator',
  'POST /v1/pools/:pool/receive': 'operator',
  'POST /v1/pools/:pool/adjust': 'operator',
  'POST /v1/transfers': 'operator',
  'PUT /v1/limits/:limit': 'operator',

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
