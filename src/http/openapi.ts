// Describes the API: the OpenAPI 3.1 document, made from the very schemas that check requests, and
// a page to read it. The page's program comes with the package; nothing is fetched from elsewhere.

import swagger from '@fastify/swagger';
import {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import { Type } from 'typebox';
import { describeAccess, SECURITY_SCHEMES } from './access/described-access.ts';
import { openPages } from './access/route-roles.ts';
import type { App } from './app.ts';
import { OPTIONAL_BODY } from './check-shape.ts';
import { allowPage } from './security-headers.ts';
import { COMPONENTS, type ComponentName } from './shapes/replies.ts';

/** The reference page styles itself as it goes and starts with a line of script of its own. */
const REFERENCE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Must be called before the routes are added. */
export async function describeApi(app: App): Promise<void> {
  for (const [name, schema] of Object.entries(COMPONENTS)) {
    app.addSchema({ ...schema, $id: name });
  }
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version: '1',
        description: 'Stock reservation: many buyers, few things, each sold exactly once.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        {
          name: 'pools',
          description: 'What there is, and how it comes in, goes and changes place',
        },
        { name: 'reservations', description: 'Units set aside for a buyer, for a time' },
        { name: 'orders', description: 'What a buyer orders and pays, from checkout to return' },
        {
          name: 'sales',
          description: 'Flash sales: from when to when, how many, and buying in them',
        },
        { name: 'payments', description: 'The money for orders, and those who move it' },
        { name: 'returns', description: 'What comes back, until it is sold again or gone' },
        { name: 'vouchers', description: 'Codes that take something off, and their campaigns' },
        { name: 'limits', description: 'How much one order or one buyer may take' },
        { name: 'leases', description: 'Shares of a pool that nodes sell near the buyer' },
        { name: 'waiters', description: 'Who waits in line for what comes back' },
        { name: 'webhooks', description: 'Others are told of what happens' },
        { name: 'notices', description: 'What buyers are told, and through whom' },
        { name: 'journal', description: 'What happened, as a list and as it happens' },
        { name: 'server', description: 'Health, and the meaning of errors' },
      ],
      components: { securitySchemes: SECURITY_SCHEMES },
    },
    transform: (route) => describeAccess(route, PROBLEM),
    refResolver: {
      buildLocalReference: (json, _uri, _fragment, index) => String(json.$id ?? `shape-${index}`),
    },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async (_, reply) =>
    reply.send(withOptionalBodies(app.swagger())),
  );
  await app.register(openPages(referencePage));
}

/** Its program is loaded when somebody opens the page: that took a sixth of a server's start, with 300 files. */
const referencePage: FastifyPluginAsync = async (pages) => {
  let loading: Promise<FastifyInstance> | undefined;
  const answer = async ({ url }: FastifyRequest, reply: FastifyReply) => {
    loading ??= loadReference();
    const { statusCode, headers, rawPayload } = await (await loading).inject(url);
    if (statusCode === 404) return reply.callNotFound();
    allowPage(reply, REFERENCE_POLICY);
    for (const name of ['content-type', 'location']) reply.header(name, headers[name]);
    return reply.code(statusCode).send(rawPayload);
  };
  for (const path of ['/docs', '/docs/', '/docs/*']) {
    pages.get(path, { schema: { hide: true } }, answer);
  }
};

async function loadReference(): Promise<FastifyInstance> {
  const { default: apiReference } = await import('@scalar/fastify-api-reference');
  const page = fastify();
  await page.register(apiReference, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Holdfast API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      favicon: '/icon.svg',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  return page;
}

/** A reference to a schema of the document's components. */
export function reference(name: ComponentName) {
  return Type.Unsafe<unknown>({ $ref: `${name}#` });
}

/** A reply that is a component. */
export function component(name: ComponentName, description: string) {
  return { ...reference(name), description };
}

/** What every route may answer besides its own. */
export function problems(...statuses: readonly (400 | 404 | 409 | 412 | 422 | 429)[]) {
  // What takes a key writes, and may find no room.
  const full = statuses.includes(422) ? [507] : [];
  return Object.fromEntries([...statuses, 503, ...full].map((status) => [status, PROBLEM]));
}

const PROBLEM = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: reference('Problem') } },
};

export const KeyHeader = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'The same command under the same key takes effect once.',
    }),
  ),
});

/** Of commands on reservations. */
export const PreferHeader = Type.Object({
  Prefer: Type.Optional(
    Type.String({
      examples: ['ack=recorded'],
      description: 'When to answer, where a store decides before it is recorded.',
    }),
  ),
});

export const KeyAndMatchHeaders = Type.Object({
  ...KeyHeader.properties,
  ...PreferHeader.properties,
  'If-Match': Type.Optional(
    Type.String({ examples: ['"3"'], description: 'Only if the ETag is still this one.' }),
  ),
});

export const SeenHeader = Type.Object({
  'If-None-Match': Type.Optional(
    Type.String({ examples: ['"3"'], description: 'Only if the ETag is another one by now.' }),
  ),
});

interface Described {
  paths?: Record<string, unknown>;
}

/** The generator calls every body required; bodies that may be left out say so themselves. */
function withOptionalBodies(document: Described): Described {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path as Record<string, Operation>)) {
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      if (schema !== undefined && OPTIONAL_BODY in schema) operation.requestBody!.required = false;
    }
  }
  return document;
}

interface Operation {
  requestBody?: { required?: boolean; content?: Record<string, { schema?: object }> };
}
