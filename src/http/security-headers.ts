// The headers that tell a browser what a reply may do: nothing for data, its own files for the page.

import type { FastifyReply } from 'fastify';
import type { RequestCheck } from './request-checks.ts';

const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The page runs its own files only: nothing inline, nothing from elsewhere. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const addSecurityHeaders: RequestCheck = (_, reply) => {
  reply.header('Content-Security-Policy', DATA_POLICY);
  reply.header('X-Content-Type-Options', 'nosniff');
  reply.header('Cross-Origin-Resource-Policy', 'same-origin');
  reply.header('Cache-Control', 'no-store');
  return true;
};

/** What a page says beside what data says. */
export function pageHeaders(policy: string): Record<string, string> {
  return {
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

/** Lets a reply be a page instead of data. */
export function allowPage(reply: FastifyReply, policy: string): void {
  reply.headers(pageHeaders(policy));
}
