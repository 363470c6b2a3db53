// A request of the direct way, as checks and routes see it. Only carries what was read.

import type { Socket } from 'node:net';
import type { TrustedProxies } from '../../admission/trusted-proxies.ts';
import type { Address } from '../../kernel/address.ts';
import { ANYBODY } from '../access/authorise.ts';
import type { Role } from '../access/roles.ts';
import type { Carrying } from '../exchange.ts';
import type { DirectRoute, FoundRoute } from './direct-routes.ts';
import type { PlainMessage } from './plain-message.ts';

/** The connection that a request came on, and who may speak for others on it. */
export interface CameFrom {
  readonly socket: Socket;
  readonly proxies: TrustedProxies;
}

export class DirectRequest implements Carrying {
  readonly headers: PlainMessage['headers'];
  readonly #route: DirectRoute;
  readonly #address: string;
  readonly #from: CameFrom;
  readonly is404 = false;
  readonly params: FoundRoute['params'];
  readonly query: unknown;
  body: unknown;
  idempotencyKey = '';
  keyIsNew = false;
  principal: string = ANYBODY.principal;
  role: Role = ANYBODY.role;

  constructor(
    { route, params, query }: FoundRoute,
    { address, headers }: PlainMessage,
    from: CameFrom,
  ) {
    this.#from = from;
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

  get clientAddress(): Address {
    const { socket, proxies } = this.#from;
    return proxies.addressOf(socket.remoteAddress, this.headers['x-forwarded-for']);
  }

  /** Without the port. */
  get hostname(): string {
    const { host } = this;
    return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':', 1)[0]!;
  }
}
