// How units come in, get lost and change place: receive, adjust, transfer.

import { Type } from 'typebox';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { ifMatch } from '../entity-tag.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyAndMatchHeaders, problems } from '../openapi.ts';
import { AdjustBody, ReceiveBody, TransferBody } from '../shapes/requests.ts';

const PoolParams = Type.Object({ pool: Type.String() });

export function stockMoveRoutes(app: App, { stock }: Parts): void {
  app.post(
    '/v1/pools/:pool/receive',
    {
      schema: {
        summary: 'Receive units into a pool',
        tags: ['pools'],
        params: PoolParams,
        headers: KeyAndMatchHeaders,
        body: ReceiveBody,
        response: { 200: component('Moved', 'Received'), ...problems(400, 404, 412, 422) },
      },
    },
    async (request, reply) => {
      const match = ifMatch(request);
      if ('ok' in match) return sendRefusal(reply, match);
      const command = { ...request.body, pool: request.params.pool };
      const answer = await stock.receive(command, { ...identityOf(request), ...match });
      return sendAnswer(reply, answer, { body: (moved) => moved });
    },
  );

  app.post(
    '/v1/pools/:pool/adjust',
    {
      schema: {
        summary: 'Count units that were found or lost',
        tags: ['pools'],
        params: PoolParams,
        headers: KeyAndMatchHeaders,
        body: AdjustBody,
        response: { 200: component('Moved', 'Adjusted'), ...problems(400, 404, 409, 412, 422) },
      },
    },
    async (request, reply) => {
      const match = ifMatch(request);
      if ('ok' in match) return sendRefusal(reply, match);
      const command = { ...request.body, pool: request.params.pool };
      const answer = await stock.adjust(command, { ...identityOf(request), ...match });
      return sendAnswer(reply, answer, { body: (moved) => moved });
    },
  );

  app.post(
    '/v1/transfers',
    {
      schema: {
        summary: 'Move units between pools of one product',
        tags: ['pools'],
        headers: KeyAndMatchHeaders,
        body: TransferBody,
        response: {
          200: component('Transferred', 'Moved; the version is that of `from`'),
          ...problems(400, 404, 409, 412, 422),
        },
      },
    },
    async (request, reply) => {
      const match = ifMatch(request);
      if ('ok' in match) return sendRefusal(reply, match);
      const { from, to } = request.body;
      const call = { ...identityOf(request), ...match };
      const answer = await stock.transfer(request.body, call);
      const body = ({ quantity, version }: { quantity: number; version: number }) => ({
        from,
        to,
        quantity,
        version,
      });
      return sendAnswer(reply, answer, { body });
    },
  );
}
