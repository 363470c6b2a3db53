// The yardstick of a route: a bare Fastify POST route as a process of its own. It takes the same body, checks it against
// the same schema, and answers with a reply of the same size; it keeps nothing. Its parent sends the reply and gets the
// port; it ends with its parent.

import fastify from 'fastify';
import type { TSchema } from 'typebox';
import { compileShape } from '../../http/check-shape.ts';

export function serveBareRoute(route: { path: string; body: TSchema; status: number }): void {
  const { path, body, status } = route;
  process.once('message', async (reply: object) => {
    const app = fastify();
    app.setValidatorCompiler(compileShape);
    app.post(path, { schema: { body } }, async (_, answer) => answer.code(status).send(reply));
    await app.listen({ host: '127.0.0.1', port: 0 });
    process.send!({ port: (app.server.address() as { port: number }).port });
  });
  process.once('disconnect', () => process.exit());
}
