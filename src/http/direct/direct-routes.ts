// The routes that can be asked on the direct way: those that say `direct` in their config. Learns from
// the framework's table which address, role and shape they have, so that nothing is said twice.

import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import type { Access } from '../access/route-roles.ts';
import { bodyCheck } from '../check-shape.ts';
import type { Answering, Command } from '../exchange.ts';

export interface DirectRoute {
  method: string;
  url: string;
  config: { access?: Access };
  check: ReturnType<typeof bodyCheck>;
  answer: DirectAnswer['answer'];
}

/** Answers a command whose body has the shape of its route, at once or later. */
export interface DirectAnswer {
  answer(request: Command<unknown>, reply: Answering): void;
}

export interface FoundRoute {
  route: DirectRoute;
  params: Readonly<Record<string, string>>;
}

/** An address with one part that is named by whoever asks. */
interface Pattern {
  before: string;
  name: string;
  after: string;
  route: DirectRoute;
}

const NAMED_PART = /^(.*\/):(\w+)(\/[^:]*)$/;
/** What stands in an address as it is. */
const UNESCAPED = /^[\w.~-]{1,128}$/;
const NO_PARAMS = {};

export class DirectRoutes {
  readonly #found = new Map<string, FoundRoute>();
  readonly #patterns: Pattern[] = [];

  /** Must be made after roles are declared and before any route is added. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ method, url, config, schema }) => {
      if (config?.direct === undefined) return;
      const { answer } = config.direct;
      const check = bodyCheck(schema!.body as TSchema);
      this.#add({ method: String(method), url, config, check, answer });
    });
  }

  /** The route of `POST /v1/reservations`; undefined for one that the framework has to find. */
  find(address: string): FoundRoute | undefined {
    const found = this.#found.get(address);
    if (found !== undefined) return found;
    for (const { before, name, after, route } of this.#patterns) {
      if (!address.startsWith(before) || !address.endsWith(after)) continue;
      const part = address.slice(before.length, -after.length);
      if (UNESCAPED.test(part)) return { route, params: { [name]: part } };
    }
    return undefined;
  }

  #add(route: DirectRoute): void {
    const address = `${route.method} ${route.url}`;
    const parts = NAMED_PART.exec(address);
    if (parts === null) this.#found.set(address, { route, params: NO_PARAMS });
    else this.#patterns.push({ before: parts[1]!, name: parts[2]!, after: parts[3]!, route });
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route can be asked on the direct way, and this answers there. */
    direct?: DirectAnswer;
  }
}
