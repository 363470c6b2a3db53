// Lets a request through whose API key has the role that its route asks for, and names the key as the
// principal of the command. Runs before bodies are read. Knows nothing of what routes do.

import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../answer.ts';
import { type RequestCheck, stopped } from '../request-checks.ts';
import type { KeyRing } from './key-ring.ts';
import { covers, type Role } from './roles.ts';

const BEARER = /^Bearer +(\S+) *$/i;
/** Replies that go on for as long as their reader likes: they end when the key is revoked. */
const ENDLESS: ReadonlySet<string | undefined> = new Set(['/v1/events']);

/** Who asks where no keys are asked for. */
export const ANYBODY = { principal: 'local', role: 'admin' } as const;

export function authorise(app: FastifyInstance, keys: KeyRing | undefined): RequestCheck {
  app.decorateRequest('principal', ANYBODY.principal);
  app.decorateRequest('role', ANYBODY.role);
  if (keys === undefined) return () => true;
  const endless = new Map<ServerResponse, string>();
  keys.onChange(() => {
    for (const [response, id] of endless) if (!keys.holds(id)) response.destroy();
  });
  return (request, reply) => {
    if (!keys.required) return true;
    const { config, url } = request.routeOptions;
    const needed = config.access;
    if (needed === 'open') return true;
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      reply.header('WWW-Authenticate', 'Bearer');
      return stopped(sendProblem(reply, 'no-api-key'));
    }
    const verdict = keys.check(token);
    if (!verdict.ok) {
      if (verdict.code === 'unavailable') {
        const reason = 'the API keys cannot be read';
        return stopped(sendProblem(reply, 'unavailable', { reason }));
      }
      reply.header('WWW-Authenticate', 'Bearer error="invalid_token"');
      return stopped(sendProblem(reply, verdict.code));
    }
    const { id, role } = verdict.key;
    if (needed === undefined || !covers(role, needed)) {
      reply.header('WWW-Authenticate', 'Bearer error="insufficient_scope"');
      return stopped(sendProblem(reply, 'role-too-low', { role, needed: needed ?? 'admin' }));
    }
    request.principal = id;
    request.role = role;
    const { raw } = reply;
    if (raw !== undefined && ENDLESS.has(url)) {
      endless.set(raw, id);
      raw.once('close', () => endless.delete(raw));
    }
    return true;
  };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the command: the id of the API key, or `local` where no keys are asked for. */
    principal: string;
    /** What the sender may do: everything, where no keys are asked for. */
    role: Role;
  }
}
