// The challenge of a sale: what a buyer's page solves before the checkout, and sends with it.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { challengeAsked } from '../door/challenge-guard.ts';
import { whoTries } from '../door/watch-guard.ts';
import { problems } from '../openapi.ts';
import { ChallengeOut, ChallengeQuery } from '../shapes/sale-shapes.ts';

export function saleChallengeRoutes(app: App, { uses, watch, challenges, stock }: Parts): void {
  app.get(
    '/v1/sales/:sale/challenge',
    {
      schema: {
        summary: 'Get a challenge for a buyer, the harder the odder they are',
        tags: ['sales'],
        params: Type.Object({ sale: Type.String() }),
        querystring: ChallengeQuery,
        response: { 200: ChallengeOut, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const { sale } = request.params;
      const { buyer } = request.query;
      const known = uses.sales.known(sale);
      if (known === undefined) return sendRefusal(reply, refuse('unknown-sale', { sale }));
      const { challenge: terms } = known;
      if (terms === undefined) return sendRefusal(reply, refuse('no-challenge', { sale }));
      const who = whoTries(request, buyer);
      const anomaly = watch.look(who);
      const { nowMs } = stock.engine.clock();
      const asked = challengeAsked({ sale, buyer, address: who.address, anomaly, terms, nowMs });
      const made = await challenges.create(asked);
      if (made === undefined) {
        return sendRefusal(reply, refuse('unavailable', { challenge: terms.kind }));
      }
      return made;
    },
  );
}
