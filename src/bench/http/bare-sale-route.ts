// The yardstick of flash sales: a bare Fastify POST route as a process of its own. It takes the body of a checkout in
// a sale, checks it against the same schema, and answers 202 with a reply of the size of an order; it keeps nothing.
// Its parent sends the reply and gets the port; it ends with its parent.

import fastify from 'fastify';
import { compileShape } from '../../http/check-shape.ts';
import { SaleCheckoutBody } from '../../http/shapes/sale-shapes.ts';

process.once('message', async (reply: object) => {
  const app = fastify();
  app.setValidatorCompiler(compileShape);
  app.post('/v1/sales/:sale/checkout', { schema: { body: SaleCheckoutBody } }, async (_, answer) =>
    answer.code(202).send(reply),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send!({ port: (app.server.address() as { port: number }).port });
});
process.once('disconnect', () => process.exit());
