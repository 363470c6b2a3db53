// The yardstick of HTTP: a bare Fastify POST route as a process of its own. It takes the same body,
// checks it against the same schema, and answers 201 with a reply of the same size; it keeps nothing.
// Its parent sends the reply and gets the port; it ends with its parent.

import fastify from 'fastify';
import { compileShape } from '../../http/check-shape.ts';
import { ReserveBody } from '../../http/shapes/requests.ts';

process.once('message', async (reply: object) => {
  const app = fastify();
  app.setValidatorCompiler(compileShape);
  app.post('/v1/reservations', { schema: { body: ReserveBody } }, async (_, answer) =>
    answer.code(201).send(reply),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send!({ port: (app.server.address() as { port: number }).port });
});
process.once('disconnect', () => process.exit());
