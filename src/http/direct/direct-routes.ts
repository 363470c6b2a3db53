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

/** By method and address. Must be called after roles are declared and before any route is added. */
export function learnDirectRoutes(app: FastifyInstance): ReadonlyMap<string, DirectRoute> {
  const routes = new Map<string, DirectRoute>();
  app.addHook('onRoute', ({ method, url, config, schema }) => {
    if (config?.direct === undefined) return;
    const { answer } = config.direct;
    const check = bodyCheck(schema!.body as TSchema);
    routes.set(`${String(method)} ${url}`, { method: String(method), url, config, check, answer });
  });
  return routes;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route can be asked on the direct way, and this answers there. */
    direct?: DirectAnswer;
  }
}
