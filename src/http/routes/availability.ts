// What of many pools can be bought now, in one cheap question. Read from memory, where several servers share a
// store as it was a moment ago; what is held past its deadline still counts as held here until somebody asks for
// it or it is tidied up.

import { type Static, Type } from 'typebox';
import { checkPool } from '../../kernel/check-command.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import { tellAge } from '../age-header.ts';
import { sendRefusal, sendWhenAnswered } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import type { Answering, Question } from '../exchange.ts';
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
  const look = ({ query }: Question<unknown, Static<typeof Query>>, reply: Answering) => {
    const ids = [...new Set(query.pools.split(','))];
    const wrong = checkIds(ids);
    if (wrong !== undefined) {
      sendRefusal(reply, wrong);
      return;
    }
    tellAge(reply, stock);
    sendWhenAnswered(reply, stock.availability(ids), (found) =>
      reply.send({
        pools: found.filter((pool) => pool !== undefined),
        unknown: ids.filter((_, index) => found[index] === undefined),
      }),
    );
  };
  app.get(
    '/v1/availability',
    {
      config: { direct: { answer: look } },
      schema: {
        summary: 'Look at what many pools have to sell',
        tags: ['pools'],
        querystring: Query,
        response: { 200: component('Availability', 'In the order asked'), ...problems(400) },
      },
    },
    look,
  );
}

function checkIds(ids: readonly string[]): Refused | undefined {
  if (ids.length > POOLS_MAX) {
    return refuse('invalid-request', { field: 'pools', expected: `at most ${POOLS_MAX} ids` });
  }
  for (const id of ids) {
    const wrong = checkPool(id, 'pools');
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
