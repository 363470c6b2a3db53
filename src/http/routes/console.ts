// Serves the console: the page at `/` and the files that it is made of.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import serveFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { PAGE_POLICY, pageHeaders } from '../security-headers.ts';

export async function consoleRoutes(app: FastifyInstance): Promise<void> {
  await app.register(serveFiles, {
    root: consoleFolder(),
    // One route per file: what is not there meets the same 404 and 405 as everything else.
    wildcard: false,
    // Parts of a page that is made elsewhere.
    globIgnore: ['sale/**'],
    cacheControl: false,
    schemaHide: true,
    setHeaders: (reply) => {
      for (const [name, value] of Object.entries(pageHeaders(PAGE_POLICY))) {
        reply.header(name, value);
      }
      reply.header('Cache-Control', 'no-cache');
    },
  });
}

/** The folder lies beside `src`, or beside `dist` once compiled. */
export function consoleFolder(): string {
  const candidates = ['../../../console/', '../../../../console/'];
  const found = candidates
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined) throw new RangeError('the console folder is missing from the package');
  return found;
}
