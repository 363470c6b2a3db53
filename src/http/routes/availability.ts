// What of many pools can be bought now, in one cheap question. Read from memory; what is held past
// its deadline still counts as held here until somebody asks for it or it is tidied up.

import { Type } from 'typebox';
import { checkPool } from '../../kernel/check-command.ts';
import { refuse } from '../../kernel/refusals.ts';
import { sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { component, problems } from '../openapi.ts';

const POOLS_MAX = 1_000;

const Query = Type.Object(
  {
    pools: Type.String({
      minLength: 1,
      examples: ['tea,cup'],
      description: `1 to ${POOLS_MAX} ids with commas between them.`,
    }),
  },
  { additionalProperties: false },
);

export function availabilityRoutes(app: App, { stock }: Parts): void {
  app.get(
    '/v1/availability',
    {
      schema: {
        summary: 'Look at what many pools have to sell',
        tags: ['pools'],
        querystring: Query,
        response: { 200: component('Availability', 'In the order asked'), ...problems(400) },
      },
    },
    async (request, reply) => {
      const ids = [...new Set(request.query.pools.split(','))];
      if (ids.length > POOLS_MAX) {
        const details = { field: 'pools', expected: `at most ${POOLS_MAX} ids` };
        return sendRefusal(reply, refuse('invalid-request', details));
      }
      for (const id of ids) {
        const wrong = checkPool(id, 'pools');
        if (wrong !== undefined) return sendRefusal(reply, wrong);
      }
      const found = await stock.availability(ids);
      return {
        pools: found.filter((pool) => pool !== undefined),
        unknown: ids.filter((_, index) => found[index] === undefined),
      };
    },
  );
}
