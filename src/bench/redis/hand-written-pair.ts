// The yardstick over HTTP, as a process of its own: a Fastify POST route that takes the same body, checks it
// against the same schema, calls the script that is written by hand, and answers with a reply of the same
// size. Its parent sends the reply and where Redis is, and gets the port; it ends with its parent.

import fastify from 'fastify';
import { compileShape } from '../../http/check-shape.ts';
import { ReserveBody } from '../../http/shapes/requests.ts';
import { HandWrittenScript, type Wanted } from './hand-written-script.ts';

export interface PairQuestion {
  url: string;
  beside: string;
  /** What an accepted reservation is answered with, but for its id. */
  reply: object;
}

process.once('message', async ({ url, beside, reply }: PairQuestion) => {
  const script = await HandWrittenScript.open(url, beside);
  const app = fastify();
  app.setValidatorCompiler(compileShape);
  app.post('/v1/reservations', { schema: { body: ReserveBody } }, async (request, answer) => {
    const { lines, buyer } = request.body as { lines: [Omit<Wanted, 'buyer'>]; buyer: string };
    const id = await script.reserve({ ...lines[0], buyer });
    if (id === undefined) return answer.code(409).send({ code: 'insufficient-stock' });
    return answer.code(201).send({ ...reply, id });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send!({ port: (app.server.address() as { port: number }).port });
});
process.once('disconnect', () => process.exit());
