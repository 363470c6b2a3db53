// Which shares are out, with whom, and since when they were last heard of.

import { Type } from 'typebox';
import { checkText } from '../../kernel/check-command.ts';
import { refuse } from '../../kernel/refusals.ts';
import { sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { showLease } from '../lease-views.ts';
import { component, problems, reference } from '../openapi.ts';
import { LeaseStatus } from '../shapes/parts.ts';

const { Optional } = Type;
const filter = Optional(Type.String({ minLength: 1, maxLength: 128 }));

const SearchQuery = Type.Object(
  {
    node: filter,
    pool: filter,
    status: Optional(LeaseStatus),
    cursor: Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
    limit: Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
);

const LeasePage = Type.Object({
  leases: Type.Array(reference('Lease')),
  asOf: Type.Integer({ description: 'The journal position that the list shows.' }),
  next: Optional(Type.String({ description: 'Pass as `cursor`; missing on the last page.' })),
});

export function leaseListRoutes(app: App, { stock }: Parts): void {
  app.get(
    '/v1/leases',
    {
      schema: {
        summary: 'Search leases, newest first',
        tags: ['leases'],
        querystring: SearchQuery,
        response: { 200: { ...LeasePage, description: 'A page' }, ...problems(400) },
      },
    },
    async ({ query: { cursor, ...query } }, reply) => {
      const { node, pool } = query;
      for (const [field, text] of Object.entries({ node, pool, cursor })) {
        const wrong = checkText(text, field);
        if (wrong !== undefined) return sendRefusal(reply, wrong);
      }
      const before = cursor === undefined ? {} : { before: cursor };
      const { leases, ...page } = await stock.leases.search({ ...query, ...before });
      return { leases: leases.map(showLease), ...page };
    },
  );

  app.get(
    '/v1/leases/:lease',
    {
      schema: {
        summary: 'Look at a lease',
        tags: ['leases'],
        params: Type.Object({ lease: Type.String({ format: 'uuid' }) }),
        response: { 200: component('Lease', 'As it stands now'), ...problems(404) },
      },
    },
    async (request, reply) => {
      const { lease: id } = request.params;
      const found = await stock.leases.lease(id);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-lease', { lease: id }));
      return showLease(found);
    },
  );
}
