// Reads request bodies: JSON in UTF-8 and nothing else. Refuses bytes that are no UTF-8 (they would
// be kept as something the caller never sent) and the names that poison prototypes.

import type { FastifyInstance } from 'fastify';
import { ShapeError } from './check-shape.ts';

/** Carts may have 5,000 lines of about 200 bytes. */
export const BODY_MAX_BYTES = 1_048_576;

export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = utf8.decode(body as Buffer);
    } catch {
      done(new ShapeError('body', 'JSON in UTF-8'));
      return;
    }
    // Clients that always send the content type send it with an empty body too.
    if (text === '') done(null, undefined);
    else parse(request, text, done);
  });
}
