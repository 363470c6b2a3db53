// The buyer's side: a page to pay on, for people, and the same as JSON for programs.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { buyerPage } from './buyer-page.ts';
import { answerTo, type Parts } from './parts.ts';
import type { Told } from './payments.ts';
import { BuyerAskShape } from './shapes.ts';
import type { BuyerAsk } from './wire.ts';

/** Nothing but its own text and style; no other page may frame its buttons. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
const FORM = 'application/x-www-form-urlencoded';

interface WithReference {
  Params: { reference: string };
}

export function buyerRoutes(app: FastifyInstance, parts: Parts): void {
  app.addContentTypeParser(FORM, { parseAs: 'string' }, (_, text, done) =>
    done(null, readForm(text as string)),
  );

  app.get<WithReference>('/pay/:reference', (request, reply) =>
    showPage(reply, parts.payments.findByReference(request.params.reference)),
  );

  app.post<WithReference & { Body: BuyerAsk }>(
    '/pay/:reference',
    { schema: { body: BuyerAskShape } },
    (request, reply) => {
      const { payments } = parts;
      const found = payments.findByReference(request.params.reference);
      const deed = { kind: 'buyer', ...request.body } as const;
      const told = found.ok ? payments.act(found.payment.id, deed, undefined) : found;
      if (request.headers['content-type']?.startsWith(FORM) !== true) {
        return answerTo(reply, parts, told);
      }
      // A second click is no mistake: the page says how it stands.
      return showPage(reply, found.ok ? payments.find(found.payment.id) : found);
    },
  );
}

function showPage(reply: FastifyReply, told: Told): FastifyReply {
  reply.header('Content-Security-Policy', PAGE_POLICY).type('text/html; charset=utf-8');
  return reply.code(told.ok ? 200 : 404).send(buyerPage(told));
}

/** What is left empty was not said. */
function readForm(text: string): object {
  const fields = [...new URLSearchParams(text)].filter(([, value]) => value !== '');
  return Object.fromEntries(
    fields.map(([name, value]) => [name, name === 'amount' ? Number(value) : value]),
  );
}
