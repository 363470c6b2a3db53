// The routes that can be asked on the direct way: those that say `direct` in their config. Learns from
// the framework's table which address, role and shape they have, so that nothing is said twice.

import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import type { Access } from '../access/route-roles.ts';
import { bodyCheck, queryCheck } from '../check-shape.ts';
import type { Answering, Carrying } from '../exchange.ts';

export interface DirectRoute {
  method: string;
  url: string;
  config: { access?: Access };
  /** Of the body; undefined for a question, which has none. */
  check: ReturnType<typeof bodyCheck> | undefined;
  checkQuery: ReturnType<typeof queryCheck> | undefined;
  answer: DirectAnswer['answer'];
  fewNames: boolean;
}

/** Answers a request whose body and query have the shape of its route, at once or later. */
export interface DirectAnswer {
  /** The same few addresses are asked for over and over. */
  fewNames?: boolean;
  answer(request: Carrying, reply: Answering): void;
}

export interface FoundRoute {
  route: DirectRoute;
  params: Readonly<Record<string, string>>;
  query: unknown;
}

/** An address with one part that is named by whoever asks. */
interface Pattern {
  before: string;
  name: string;
  after: string;
  route: DirectRoute;
}

/** What an address has where its route is named by whoever asks. */
interface Named {
  route: DirectRoute;
  name: string;
  part: string;
}

const NAMED_PART = /^(.*\/):(\w+)((?:\/[^:]*)?)$/;
/** What stands in an address as it is. */
const UNESCAPED = /^[\w.~-]{1,128}$/;
/** One name and its value. */
const QUERY = /^(\w+)=([^&=+#;]*)$/;
const NOTHING = {};
export const AGAIN_MAX = 1_000;

export class DirectRoutes {
  readonly #found = new Map<string, FoundRoute>();
  readonly #patterns: Pattern[] = [];
  /** Named addresses that are asked for again and again: taking one apart took 4 µs of a checkout in a sale. */
  readonly #again = new Map<string, FoundRoute>();
  /** Addresses of the framework's own, which a pattern may look like. */
  readonly #others = new Set<string>();

  /** Must be made after roles are declared and before any route is added. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ method, url, config, schema }) => {
      // The framework answers HEAD for each GET.
      if (config?.direct === undefined || method === 'HEAD') {
        for (const each of [method].flat()) this.#others.add(`${each} ${url}`);
        return;
      }
      const { answer, fewNames = false } = config.direct;
      const { body, querystring } = schema as { body?: TSchema; querystring?: TSchema };
      const check = body && bodyCheck(body);
      const checkQuery = querystring && queryCheck(querystring);
      this.#add({ method: String(method), url, config, check, checkQuery, answer, fewNames });
    });
  }

  /** Named addresses that are at hand. */
  get remembered(): number {
    return this.#again.size;
  }

  /** The route of `POST /v1/reservations`; undefined for one that the framework has to find. */
  find(address: string): FoundRoute | undefined {
    const mark = address.indexOf('?');
    const path = mark < 0 ? address : address.slice(0, mark);
    const found = this.#found.get(path) ?? this.#again.get(path) ?? this.#named(path);
    const checkQuery = found?.route.checkQuery;
    if (checkQuery === undefined) return mark < 0 ? found : undefined;
    const query = mark < 0 ? NOTHING : readQuery(address.slice(mark + 1));
    if (query === undefined) return undefined;
    const checked = checkQuery(query);
    return 'value' in checked ? { ...found!, query: checked.value } : undefined;
  }

  #named(address: string): FoundRoute | undefined {
    if (this.#others.has(address)) return undefined;
    for (const { before, name, after, route } of this.#patterns) {
      if (!address.startsWith(before) || !address.endsWith(after)) continue;
      const part = address.slice(before.length, address.length - after.length);
      if (!UNESCAPED.test(part)) continue;
      if (route.fewNames) return this.#remembered(address, { route, name, part });
      return { route, params: { [name]: part }, query: NOTHING };
    }
    return undefined;
  }

  /** Whoever makes names up must not fill the memory: neither with many, nor with what was received along with one. */
  #remembered(address: string, { route, name, part }: Named): FoundRoute {
    const found = { route, params: { [name]: copyOf(part) }, query: NOTHING };
    if (this.#again.size >= AGAIN_MAX) this.#again.clear();
    this.#again.set(copyOf(address), found);
    return found;
  }

  #add(route: DirectRoute): void {
    const address = `${route.method} ${route.url}`;
    const parts = NAMED_PART.exec(address);
    if (parts === null) this.#found.set(address, { route, params: NOTHING, query: NOTHING });
    else this.#patterns.push({ before: parts[1]!, name: parts[2]!, after: parts[3]!, route });
  }
}

/** A part of a text keeps the whole text in memory; its bytes do not. Addresses are ASCII. */
function copyOf(part: string): string {
  return Buffer.from(part, 'latin1').toString('latin1');
}

function readQuery(text: string): Record<string, string> | undefined {
  const [, name, value] = QUERY.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  try {
    return { [name]: decodeURIComponent(value) };
  } catch {
    return undefined;
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route can be asked on the direct way, and this answers there. */
    direct?: DirectAnswer;
  }
}
