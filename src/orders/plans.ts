// Plans for pre-orders: laid down, looked up for a checkout, and carried through to the orders that hang
// on a launch when it moves. Every order is moved in a transaction of its own; whoever dies in between
// leaves the rest to the next one.

import type { Decided, Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import { checkMoveLaunch, checkPlan } from '../kernel/check-plan.ts';
import { moveDates } from '../kernel/launch-moved.ts';
import type { OrderCommand } from '../kernel/order-commands.ts';
import type { Plan } from '../kernel/plan.ts';
import {
  type Moved,
  type MoveLaunchCommand,
  moveLaunch,
  moveOn,
  PASSES,
  type PutPlanCommand,
  planData,
  planId,
  putPlan,
} from '../kernel/plan-terms.ts';
import { preorder } from '../kernel/preorder-checkout.ts';
import { refuse } from '../kernel/refusals.ts';
import { TURN_MS } from '../kernel/turns.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { OrderUnitsFinder } from './order-units.ts';
import { type PreorderPlan, viewPlan } from './plan-view.ts';

/** Orders that are moved between two notes of how far it is. */
const SLICE = 100;
const PLANS_MAX = 1_000;

export class Plans {
  readonly #parts: StockParts;
  readonly #units: OrderUnitsFinder;

  constructor(parts: StockParts) {
    this.#parts = parts;
    this.#units = new OrderUnitsFinder(parts);
    parts.turns.on('plan', { run: ({ id }) => this.#carryOut(id) });
  }

  /** Lays down a plan, or other terms for orders to come; another launch moves those that were made. */
  async put(command: PutPlanCommand, options: CallOptions = {}): Promise<Answer<PreorderPlan>> {
    const wrong = checkPlan(command);
    if (wrong) return wrong;
    return this.#run(['put-plan', command], options, (found) => putPlan(found, command));
  }

  /** The launch is on another day: due dates that hang on it move, by and by. */
  async move(command: MoveLaunchCommand, options: CallOptions = {}) {
    const wrong = checkMoveLaunch(command);
    if (wrong) return wrong;
    return this.#run(['move-launch', command], options, (found) =>
      found === undefined
        ? refuse('unknown-plan', { plan: command.plan })
        : moveLaunch(found, command),
    );
  }

  async plan(name: string): Promise<PreorderPlan | undefined> {
    const [found] = await this.#parts.engine.documents([planId(name)]);
    return found && viewPlan(found);
  }

  async all(): Promise<PreorderPlan[]> {
    const query = { kind: 'plan', named: true, limit: PLANS_MAX };
    const { documents } = await this.#parts.engine.find(query);
    return documents.map(viewPlan).sort((a, b) => (a.plan < b.plan ? -1 : 1));
  }

  /** Plans a checkout, and makes a pre-order of it where a plan is named. */
  preordered(command: OrderCommand, plan: () => Plan | Promise<Plan>): Plan | Promise<Plan> {
    return command.plan === undefined ? plan() : this.#preordered(command, plan());
  }

  async #preordered(command: OrderCommand, planned: Plan | Promise<Plan>): Promise<Plan> {
    const checkout = await planned;
    if (!checkout.ok) return checkout;
    const plan = await this.#parts.latest(planId(command.plan!));
    if (plan === undefined) return refuse('unknown-plan', { plan: command.plan! });
    const { nowMs } = this.#parts.engine.clock();
    return preorder(checkout.transaction, command, { plan, nowMs });
  }

  // ── A launch that moves ───────────────────────────────────────────────────────────────────────

  async #carryOut(id: string): Promise<void> {
    for (let plan = await this.#moving(id); plan !== undefined; plan = await this.#moving(id)) {
      const next = await this.#slice(plan);
      const noted = await this.#note(plan, next);
      // What waits is a turn of its own; and another launch begins all anew.
      if (!noted || next.afterMs !== TURN_MS) return;
    }
  }

  /** Moves the next orders of a pass. */
  async #slice(plan: Document): Promise<Moved> {
    const { engine } = this.#parts;
    const { before, passes = 0, since = engine.health().position } = planData(plan);
    const so = before === undefined ? {} : { before };
    const query = { kind: 'order', owner: plan.id, states: ['RESERVED'], limit: SLICE, ...so };
    const page = await engine.find(query);
    // Tables that are behind would hide who ordered last.
    if (page.asOf < since) return { passes, since, ...so, afterMs: BEHIND_MS };
    for (const order of page.documents) await this.#moveOrder(order.id, plan);
    if (page.documents.length === SLICE) {
      return { passes, since, before: page.documents.at(-1)!.id, afterMs: TURN_MS };
    }
    return { passes: passes + 1, afterMs: passes + 1 < PASSES ? AGAIN_MS : TURN_MS };
  }

  async #moving(id: string): Promise<Document | undefined> {
    const plan = await this.#parts.latest(id);
    return plan?.state === 'MOVING' ? plan : undefined;
  }

  async #moveOrder(order: string, launch: Document): Promise<void> {
    await this.#parts.run('background', {}, ['move-dates', { order }], {
      plan: () =>
        this.#units.plan(
          order,
          (found) =>
            moveDates(found, launch, this.#parts.engine.clock().nowMs) ??
            refuse('unknown-order', { order }),
        ),
      value: () => undefined,
    });
    crashPoint('dates-moved');
  }

  async #note(plan: Document, next: Moved): Promise<boolean> {
    const answer = await this.#parts.run('background', {}, ['note-moved', { plan: plan.id }], {
      plan: async () => {
        const found = await this.#parts.latest(plan.id);
        if (found?.version !== plan.version) return refuse('stale-version', { plan: plan.id });
        return moveOn(found, next);
      },
      value: () => undefined,
    });
    crashPoint('move-noted');
    return answer.ok;
  }

  #run(
    asked: readonly [string, { plan: string }],
    options: CallOptions,
    rule: (found: Document | undefined) => Plan,
  ): Promise<Answer<PreorderPlan>> {
    const id = planId(asked[1].plan);
    return this.#parts.run('finish', options, asked, {
      plan: async () => rule((await this.#parts.engine.documents([id]))[0]),
      value: (entry: Decided) => viewPlan(entry.documents.find((one) => one.id === id)!),
    });
  }
}

/** How soon tables that were behind are asked again. */
const BEHIND_MS = 500;
/** Long enough for what was committed just before the change to be found by searches. */
const AGAIN_MS = 5_000;
