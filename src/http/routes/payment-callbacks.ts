// The door through which payment providers call. Open to all: what counts is the signature over the very
// bytes that came, which the provider's own part checks.

import { Type } from 'typebox';
import { sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { problems } from '../openapi.ts';

export async function paymentCallbackRoutes(
  app: App,
  { uses: { payments } }: Parts,
): Promise<void> {
  await app.register(async (door) => {
    // Signatures are over bytes: whatever their type, they are taken as they come.
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
    door.post(
      '/v1/payment-callbacks/:provider',
      {
        schema: {
          summary: "A provider's callback, signed",
          tags: ['payments'],
          params: Type.Object({ provider: Type.String() }),
          response: { 204: { description: 'Taken', type: 'null' }, ...problems(400, 404) },
        },
      },
      async (request, reply) => {
        const { provider } = request.params as { provider: string };
        const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const headers = request.headers as Record<string, string | undefined>;
        const answer = await payments.callback(provider, raw, headers);
        return answer.ok ? reply.code(204).send() : sendRefusal(reply, answer);
      },
    );
  });
}
