// Purchase limits: set, look at, list.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { entityTag, ifMatch, NOT_MODIFIED, sendTagged } from '../entity-tag.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyAndMatchHeaders, problems, reference, SeenHeader } from '../openapi.ts';
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
        headers: KeyAndMatchHeaders,
        body: PutLimitBody,
        response: {
          200: component('Limit', 'Changed; what was counted stays counted'),
          201: component('Limit', 'Created'),
          ...problems(400, 412, 422),
        },
      },
    },
    async (request, reply) => {
      const match = ifMatch(request);
      if ('ok' in match) return sendRefusal(reply, match);
      const { window, ...rule } = request.body;
      const durations = readDurations({ window });
      if (!durations.ok) return sendRefusal(reply, durations);
      const command = { ...rule, ...durations.value, limit: request.params.limit };
      const answer = await stock.putLimit(command, { ...identityOf(request), ...match });
      const status = answer.ok && answer.value.version === 1 ? 201 : 200;
      return sendAnswer(reply, answer, { status, body: showLimit, version: (it) => it.version });
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

  app.get(
    '/v1/limits/:limit',
    {
      schema: {
        summary: 'Look at a limit',
        tags: ['limits'],
        params: LimitParams,
        headers: SeenHeader,
        response: { 200: component('Limit', 'As it is'), 304: NOT_MODIFIED, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { limit } = request.params;
      const found = stock.limits().find((rule) => rule.limit === limit);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-limit', { limit }));
      return sendTagged(request, reply, {
        tag: entityTag(found.version),
        body: () => showLimit(found),
      });
    },
  );
}
