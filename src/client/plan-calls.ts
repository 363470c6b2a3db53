// The part of the client that is about plans for pre-orders: in which stages they are paid.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class PlanCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Lays down a plan, or other terms for orders to come; another launch moves those that were made. */
  put({ plan, ...body }: requests.PlanRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.PreorderPlan>('PUT', planPath(plan), body, options);
  }

  /** The launch is at another time: due dates that hang on it move, by and by. */
  moveLaunch({ plan, ...body }: requests.MoveLaunchRequest, options: CommandOptions = {}) {
    const path = `${planPath(plan)}/launch`;
    return this.#caller.command<replies.PreorderPlan>('POST', path, body, options);
  }

  plan(name: string, options: CallOptions = {}): Promise<Answer<replies.PreorderPlan>> {
    return this.#caller.read(planPath(name), options);
  }

  plans(options: CallOptions = {}) {
    return this.#caller.read<{ plans: replies.PreorderPlan[] }>('/v1/plans', options);
  }
}

function planPath(name: string): string {
  return `/v1/plans/${encodeURIComponent(name)}`;
}
