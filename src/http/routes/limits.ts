// Purchase limits: set, list.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { showLimit } from '../outside.ts';
import { PutLimitBody } from '../shapes/requests.ts';

const LimitParams = Type.Object({ limit: Type.String() });
const LimitList = Type.Object({
  limits: Type.Array(reference('Limit')),
});

export function limitRoutes(app: App, { stock }: Parts): void {
  app.put(
    '/v1/limits/:limit',
    {
      schema: {
        summary: 'Set how much one order or one buyer may take',
        tags: ['limits'],
        params: LimitParams,
        headers: KeyHeader,
        body: PutLimitBody,
        response: {
          200: component('Limit', 'Changed; what was counted stays counted'),
          201: component('Limit', 'Created'),
          ...problems(400, 422),
        },
      },
    },
    async (request, reply) => {
      if (request.headers['if-match'] !== undefined) {
        const details = { field: 'If-Match', expected: 'none: limits are set as a whole' };
        return sendRefusal(reply, refuse('invalid-request', details));
      }
      const { window, ...rule } = request.body;
      const durations = readDurations({ window });
      if (!durations.ok) return sendRefusal(reply, durations);
      const command = { ...rule, ...durations.value, limit: request.params.limit };
      const answer = await stock.putLimit(command, identityOf(request));
      const status = answer.ok && answer.value.version === 1 ? 201 : 200;
      return sendAnswer(reply, answer, { status, body: showLimit });
    },
  );

  app.get(
    '/v1/limits',
    {
      schema: {
        summary: 'List the limits in force',
        tags: ['limits'],
        response: { 200: { ...LimitList, description: 'All of them' }, ...problems() },
      },
    },
    async () => ({ limits: stock.limits().map(showLimit) }),
  );
}
