// A request of the direct way, as checks and routes see it. Only carries what was read.

import { ANYBODY } from '../access/authorise.ts';
import type { Role } from '../access/roles.ts';
import type { Command } from '../exchange.ts';
import type { DirectRoute, FoundRoute } from './direct-routes.ts';
import type { PlainMessage } from './plain-message.ts';

export class DirectRequest implements Command<unknown> {
  readonly headers: PlainMessage['headers'];
  readonly #route: DirectRoute;
  readonly is404 = false;
  readonly params: FoundRoute['params'];
  body: unknown;
  idempotencyKey = '';
  principal: string = ANYBODY.principal;
  role: Role = ANYBODY.role;

  constructor({ route, params }: FoundRoute, { headers }: PlainMessage) {
    this.#route = route;
    this.params = params;
    this.headers = headers;
  }

  get method(): string {
    return this.#route.method;
  }

  get url(): string {
    return this.#route.url;
  }

  get routeOptions(): DirectRoute {
    return this.#route;
  }

  get host(): string {
    return this.headers.host!;
  }

  /** Without the port. */
  get hostname(): string {
    const { host } = this;
    return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':', 1)[0]!;
  }
}
