// What anybody may see of a sale, without a key: as JSON for a shop's own page, and as a page to try it with. Made to
// be cached; a copy says how long it may be kept.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import { sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { NOT_MODIFIED, sendTagged } from '../entity-tag.ts';
import type { Answering, Question } from '../exchange.ts';
import { NOTHING_THERE } from '../front/cache-control.ts';
import { SaleCopies, type SaleCopy } from '../front/sale-copies.ts';
import { salePage } from '../front/sale-page.ts';
import { component, problems, SeenHeader } from '../openapi.ts';
import { pageHeaders } from '../security-headers.ts';

const Params = Type.Object({ sale: Type.String() });
type Asking = Question<{ sale: string }>;

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';

export function publicSaleRoutes(app: App, { stock, uses: { sales } }: Parts): void {
  const nowMs = () => stock.engine.clock().nowMs;
  const { policy, make: page } = salePage();
  const copies = new SaleCopies({
    known: (sale) => sales.known(sale),
    nowMs,
    available: async (pools) =>
      (await stock.availability(pools)).map((found) => found?.available ?? 0),
    page,
  });
  const answering =
    (send: (copy: SaleCopy, request: Asking, reply: Answering) => void) =>
    (request: Asking, reply: Answering): void => {
      const { sale } = request.params;
      const found = copies.of(sale);
      if (found === undefined) {
        reply.header('Cache-Control', NOTHING_THERE);
        sendRefusal(reply, refuse('unknown-sale', { sale }));
        return;
      }
      const tell = (copy: SaleCopy) => {
        reply.header('Cache-Control', copy.cacheControl);
        // The store's time; caches keep it right, or say by how much it is not (Age).
        reply.header('Date', new Date(nowMs()).toUTCString());
        send(copy, request, reply);
      };
      if (found instanceof Promise) found.then(tell).catch((error: unknown) => reply.send(error));
      else tell(found);
    };
  // At the opening it is asked more than anything else: on the direct way it takes half of the time.
  const asked = { tags: ['sales'], params: Params, headers: SeenHeader };

  const answerJson = answering(({ json }, request, reply) => {
    const body = () => {
      reply.type(JSON_TYPE);
      return json.text;
    };
    sendTagged(request, reply, { tag: json.tag, body });
  });
  app.get(
    '/sales/:sale/page.json',
    {
      config: { direct: { answer: answerJson } },
      schema: {
        ...asked,
        summary:
          'Look at a sale as anybody may: state, times, prices, and whether there is any left',
        response: {
          200: component('PublicSale', 'As it was a moment ago'),
          304: NOT_MODIFIED,
          ...problems(404),
        },
      },
    },
    answerJson,
  );

  app.get(
    '/sales/:sale',
    {
      schema: {
        ...asked,
        summary: 'The same as a page, to try a sale with',
        response: {
          200: { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } },
          304: NOT_MODIFIED,
          ...problems(404),
        },
      },
    },
    answering(({ html }, request, reply) => {
      for (const [name, value] of Object.entries(pageHeaders(policy))) reply.header(name, value);
      const body = () => {
        reply.type(HTML_TYPE);
        return html.text;
      };
      sendTagged(request, reply, { tag: html.tag, body });
    }),
  );
}
