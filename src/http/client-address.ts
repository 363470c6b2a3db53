// Where a request came from, on the framework's way; DirectRequest says it on the other, by the same rule. The
// framework's own `trustProxy` is not used: it would believe X-Forwarded-Host too, which guards what a server
// without keys answers to.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TrustedProxies } from '../admission/trusted-proxies.ts';
import type { Address } from '../kernel/address.ts';

export function knowClients(app: FastifyInstance, proxies: TrustedProxies): void {
  app.decorateRequest('clientAddress', {
    getter(this: FastifyRequest) {
      // Node makes one value of several lines.
      const forwardedFor = this.headers['x-forwarded-for'] as string | undefined;
      return proxies.addressOf(this.raw.socket.remoteAddress, forwardedFor);
    },
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    readonly clientAddress: Address;
  }
}
