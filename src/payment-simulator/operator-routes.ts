// For whoever runs the simulator, and for tests: its ledger, the callbacks that it owes, its faults.

import type { FastifyInstance } from 'fastify';
import type { Faults } from './faults.ts';
import { PAGE_DEFAULT, PAGE_MAX, readLedger } from './ledger.ts';
import type { Parts } from './parts.ts';
import { refuse } from './problems.ts';
import { FaultsShape, LedgerQueryShape } from './shapes.ts';

interface LedgerRequest {
  Querystring: { payment?: string; after?: string; limit?: string };
}

export function operatorRoutes(app: FastifyInstance, parts: Parts): void {
  app.get<LedgerRequest>('/ledger', { schema: { querystring: LedgerQueryShape } }, (request) => {
    const { payment, after = 0, limit = PAGE_DEFAULT } = request.query;
    const page = { after: Number(after), limit: Math.min(PAGE_MAX, Number(limit)) };
    return readLedger(parts.db, payment === undefined ? page : { ...page, payment });
  });

  app.get('/callbacks', () => parts.callbacks.counts());

  app.get('/readyz', () => ({ ready: true }));

  app.get('/faults', () => parts.faults);

  app.post<{ Body: Partial<Faults> }>(
    '/faults',
    { schema: { body: FaultsShape } },
    (request, reply) => {
      for (const range of Object.values(request.body)) {
        if (Array.isArray(range) && range[0] > range[1]) {
          return refuse(reply, 'malformed', 'a range goes from the smaller to the larger');
        }
      }
      return reply.send(Object.assign(parts.faults, request.body));
    },
  );
}
