// Pools: create, look at, list.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import type { PoolInfo } from '../../stock/pool-view.ts';
import { tellAge } from '../age-header.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { entityTag, ifMatch, NOT_MODIFIED, sendTagged } from '../entity-tag.ts';
import { identityOf } from '../idempotency-key.ts';
import { INSTANT_EXPECTED, parseInstantMs } from '../instant.ts';
import { component, KeyAndMatchHeaders, problems, reference, SeenHeader } from '../openapi.ts';
import { showPool, showPoolAt, showPoolInfo } from '../outside.ts';
import { PutPoolBody } from '../shapes/requests.ts';

export const PoolParams = Type.Object({ pool: Type.String() });

const ListQuery = Type.Object(
  {
    prefix: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Ids that start like this.' }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 128, description: '`next` of the page before.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
  },
  { additionalProperties: false },
);

const AtQuery = Type.Object(
  {
    at: Type.Optional(
      Type.String({ examples: ['2026-11-20T09:30:00Z'], description: 'Balances of that moment.' }),
    ),
  },
  { additionalProperties: false },
);

const PoolPage = Type.Object({
  pools: Type.Array(reference('Pool')),
  next: Type.Optional(Type.String({ description: 'Pass as `cursor`; missing on the last page.' })),
});

export function poolRoutes(app: App, { stock }: Parts): void {
  app.put(
    '/v1/pools/:pool',
    {
      schema: {
        summary: 'Create a pool, or change its place, home or segments',
        tags: ['pools'],
        params: PoolParams,
        headers: KeyAndMatchHeaders,
        body: PutPoolBody,
        response: {
          200: component('PoolInfo', 'Changed'),
          201: component('PoolInfo', 'Created'),
          ...problems(400, 404, 409, 412, 422),
        },
      },
    },
    async (request, reply) => {
      const match = ifMatch(request);
      if ('ok' in match) return sendRefusal(reply, match);
      const { pool } = request.params;
      const call = { ...identityOf(request), ...match };
      const answer = await stock.putPool({ ...request.body, pool }, call);
      const status = answer.ok && isNew(answer.value) ? 201 : 200;
      return sendAnswer(reply, answer, { status, body: showPoolInfo, version: (it) => it.version });
    },
  );

  app.get(
    '/v1/pools',
    {
      schema: {
        summary: 'List pools by their ids',
        tags: ['pools'],
        querystring: ListQuery,
        response: { 200: { ...PoolPage, description: 'A page' }, ...problems(400) },
      },
    },
    async ({ query }) => {
      const { limit = 100, cursor, prefix = '' } = query;
      const after = cursor === undefined ? {} : { after: cursor };
      const pools = await stock.pools({ limit, prefix, ...after });
      const last = pools.length === limit ? pools.at(-1) : undefined;
      const shown = pools.map(showPool);
      return last === undefined ? { pools: shown } : { pools: shown, next: last.id };
    },
  );

  app.get(
    '/v1/pools/:pool',
    {
      schema: {
        summary: 'Look at a pool now, or at its balances at any past moment',
        tags: ['pools'],
        params: PoolParams,
        headers: SeenHeader,
        querystring: AtQuery,
        response: {
          304: NOT_MODIFIED,
          200: {
            ...Type.Union([reference('Pool'), reference('PoolBalances')]),
            description: 'The pool; with `at` its balances',
          },
          ...problems(400, 404),
        },
      },
    },
    async (request, reply) => {
      const { pool: id } = request.params;
      const { at } = request.query;
      const pool = isPoolId(id) ? await stock.pool(id, { glance: true }) : undefined;
      if (pool === undefined) return sendRefusal(reply, refuse('unknown-pool', { pool: id }));
      if (at === undefined) {
        tellAge(reply, stock);
        return sendTagged(request, reply, {
          tag: entityTag(pool.version),
          body: () => showPool(pool),
        });
      }
      const atMs = parseInstantMs(at);
      if (atMs === undefined) {
        const details = { field: 'at', expected: INSTANT_EXPECTED };
        return sendRefusal(reply, refuse('invalid-request', details));
      }
      // Nobody knows the future: it is answered as of now, and the reply says so.
      const askedMs = Math.min(atMs, stock.engine.clock().nowMs);
      const balances = await stock.whole.balancesAt(id, askedMs);
      if (balances === undefined)
        return sendRefusal(reply, refuse('unknown-pool', { pool: id, at: askedMs }));
      return showPoolAt(id, askedMs, balances);
    },
  );
}

/** Its number is the sum of its own and of each segment's. */
function isNew({ version, segments = 0 }: PoolInfo): boolean {
  return version === 1 + segments;
}

/** Other owners of accounts (limits) have names that no pool can have. */
function isPoolId(id: string): boolean {
  return !id.startsWith('!');
}
