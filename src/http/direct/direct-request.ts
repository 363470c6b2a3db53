// A request of the direct way, as checks and routes see it. Only carries what was read.

import { ANYBODY } from '../access/authorise.ts';
import type { Role } from '../access/roles.ts';
import type { Carrying } from '../exchange.ts';
import type { DirectRoute, FoundRoute } from './direct-routes.ts';
import type { PlainMessage } from './plain-message.ts';

export class DirectRequest implements Carrying {
  readonly headers: PlainMessage['headers'];
  readonly #route: DirectRoute;
  readonly #address: string;
  readonly is404 = false;
  readonly params: FoundRoute['params'];
  readonly query: unknown;
  body: unknown;
  idempotencyKey = '';
  keyIsNew = false;
  principal: string = ANYBODY.principal;
  role: Role = ANYBODY.role;

  constructor({ route, params, query }: FoundRoute, { address, headers }: PlainMessage) {
    this.#route = route;
    this.#address = address;
    this.params = params;
    this.query = query;
    this.headers = headers;
  }

  get method(): string {
    return this.#route.method;
  }

  get url(): string {
    return this.#address.slice(this.method.length + 1);
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
