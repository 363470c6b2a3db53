// Reads request bodies: JSON in UTF-8 and nothing else. Refuses bytes that are no UTF-8 (they would
// be kept as something the caller never sent) and the names that poison prototypes; a route that says
// `itemByItem` looks for those itself, so that one item does not spoil the others.

import { isAscii } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { ShapeError } from './check-shape.ts';

export function readJsonBodies(app: FastifyInstance): void {
  const strict = app.getDefaultJsonParser('error', 'error');
  const plain = app.getDefaultJsonParser('ignore', 'ignore');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = textOfBody(body as Buffer);
    if (text === undefined) {
      done(new ShapeError('body', 'JSON in UTF-8'));
      return;
    }
    // Clients that always send the content type send it with an empty body too.
    if (text === '') done(null, undefined);
    else {
      const judgedLater = request.routeOptions.config.itemByItem === true;
      const parse = judgedLater || !mayPoison(text) ? plain : strict;
      parse(request, text, (error, body) => {
        // Nothing that says so must not pass for nothing said: it would confirm a whole cart.
        if (error === null && body === null) done(new ShapeError('body', 'an object'));
        else done(error, body);
      });
    }
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined for bytes that are no UTF-8. */
export function textOfBody(bytes: Buffer): string | undefined {
  try {
    // Nearly every body is ASCII, and then need not be decoded.
    return isAscii(bytes) ? bytes.toString('latin1') : utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Undefined for nothing but null, for no JSON, and where a name may poison. */
export function parsePlainJson(text: string): unknown {
  if (mayPoison(text)) return undefined;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The strict parser's own look at every body took 0.8 µs; without these texts it finds nothing. */
function mayPoison(text: string): boolean {
  return text.includes('__proto__') || text.includes('constructor') || text.includes('\\');
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a list of which each item is judged alone. */
    itemByItem?: boolean;
  }
}
