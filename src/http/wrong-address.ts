// Answers requests that no route takes: 404 for an unknown address, 405 with Allow for a known one
// under another method. Runs before bodies are read, so a wrong address is said first.

import type { FastifyInstance } from 'fastify';
import { sendProblem } from './answer.ts';
import { type RequestCheck, stopped } from './request-checks.ts';

interface KnownAddress {
  pattern: RegExp;
  methods: Set<string>;
}

/** Must be called before any route is added: it learns the addresses from them. */
export function answerWrongAddresses(app: FastifyInstance): RequestCheck {
  const known = new Map<string, KnownAddress>();
  app.addHook('onRoute', ({ url, method }) => {
    const address = known.get(url) ?? { pattern: addressPattern(url), methods: new Set() };
    for (const each of [method].flat()) address.methods.add(each);
    known.set(url, address);
  });
  return (request, reply) => {
    if (!request.is404) return true;
    const path = request.url.split('?', 1)[0]!;
    const methods = [...known.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((address) => [...address.methods]);
    if (methods.length === 0) return stopped(sendProblem(reply, 'unknown-route'));
    reply.header('Allow', [...new Set(methods)].sort().join(', '));
    return stopped(sendProblem(reply, 'method-not-allowed', { method: request.method }));
  };
}

function addressPattern(url: string): RegExp {
  const literal = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : literally(part)));
  return new RegExp(`^${literal.join('/')}$`);
}

function literally(part: string): string {
  return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
