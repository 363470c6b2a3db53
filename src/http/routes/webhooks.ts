// Webhooks: lay down who is told of what, take it back, change the secret, list them.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import type { Webhook } from '../../uses/webhooks/webhook-views.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { WebhookBody } from '../shapes/webhook-shapes.ts';
import { showWebhook } from '../webhook-views.ts';

const Params = Type.Object({ webhook: Type.String() });
const WebhookList = Type.Object({ webhooks: Type.Array(reference('Webhook')) });
const SHOWN: Shown<Webhook> = { body: showWebhook, version: (it) => it.version };

export function webhookRoutes(app: App, { uses: { webhooks } }: Parts): void {
  app.put(
    '/v1/webhooks/:webhook',
    {
      schema: {
        summary: 'Tell an address of events; the answer to the first one has the secret',
        tags: ['webhooks'],
        params: Params,
        headers: KeyHeader,
        body: WebhookBody,
        response: {
          200: component('Webhook', 'Changed'),
          201: component('Webhook', 'Created, with its secret'),
          ...problems(400, 422),
        },
      },
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      const answer = await webhooks.put(command, identityOf(request));
      const status = answer.ok && answer.value.secret !== undefined ? 201 : 200;
      return sendAnswer(reply, answer, { ...SHOWN, status });
    },
  );

  app.get(
    '/v1/webhooks',
    {
      schema: {
        summary: 'List the webhooks',
        tags: ['webhooks'],
        response: { 200: { ...WebhookList, description: 'All of them' }, ...problems() },
      },
    },
    async () => ({ webhooks: webhooks.webhooks().map(showWebhook) }),
  );

  app.get(
    '/v1/webhooks/:webhook',
    {
      schema: {
        summary: 'Look at a webhook',
        tags: ['webhooks'],
        params: Params,
        response: { 200: component('Webhook', 'As it is'), ...problems(404) },
      },
    },
    async ({ params: { webhook } }, reply) => {
      const found = await webhooks.webhook(webhook);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-webhook', { webhook }));
      return showWebhook(found);
    },
  );

  app.delete(
    '/v1/webhooks/:webhook',
    {
      schema: {
        summary: 'Tell it of nothing more; what is on its way fails',
        tags: ['webhooks'],
        params: Params,
        headers: KeyHeader,
        response: { 200: component('Webhook', 'As it was'), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { webhook } = request.params;
      return sendAnswer(reply, await webhooks.remove(webhook, identityOf(request)), SHOWN);
    },
  );

  app.post(
    '/v1/webhooks/:webhook/rotate',
    {
      schema: {
        summary: 'Sign with another secret from now on; the one before signs too for a day',
        tags: ['webhooks'],
        params: Params,
        headers: KeyHeader,
        response: { 200: component('Webhook', 'With the new secret'), ...problems(404, 422) },
      },
    },
    async (request, reply) => {
      const { webhook } = request.params;
      return sendAnswer(reply, await webhooks.rotate(webhook, identityOf(request)), SHOWN);
    },
  );
}
