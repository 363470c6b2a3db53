// Plans for pre-orders: lay one down, look at them, move a launch.

import { Type } from 'typebox';
import { refuse } from '../../kernel/refusals.ts';
import type { PreorderPlan } from '../../orders/plan-view.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { readLaunch, readPlan, showPlan } from '../plan-views.ts';
import { LaunchBody, PlanBody } from '../shapes/plan-shapes.ts';

const Params = Type.Object({ plan: Type.String() });
const PlanList = Type.Object({ plans: Type.Array(reference('Plan')) });
const SHOWN: Shown<PreorderPlan> = { body: showPlan, version: (it) => it.version };

export function planRoutes(app: App, { uses: { plans } }: Parts): void {
  app.put(
    '/v1/plans/:plan',
    {
      schema: {
        summary: 'Lay down in which stages pre-orders are paid',
        tags: ['orders'],
        params: Params,
        headers: KeyHeader,
        body: PlanBody,
        response: { 200: component('Plan', 'In force'), ...problems(400, 422) },
      },
    },
    async (request, reply) => {
      const command = readPlan(request.params.plan, request.body);
      if (!command.ok) return sendRefusal(reply, command);
      return sendAnswer(reply, await plans.put(command.value, identityOf(request)), SHOWN);
    },
  );

  app.post(
    '/v1/plans/:plan/launch',
    {
      schema: {
        summary: 'The launch is at another time: due dates that hang on it move',
        tags: ['orders'],
        params: Params,
        headers: KeyHeader,
        body: LaunchBody,
        response: { 200: component('Plan', 'As it is now'), ...problems(400, 404, 422) },
      },
    },
    async (request, reply) => {
      const launch = readLaunch(request.body.launchAt);
      if (!launch.ok) return sendRefusal(reply, launch);
      const command = { plan: request.params.plan, launchAtMs: launch.value };
      return sendAnswer(reply, await plans.move(command, identityOf(request)), SHOWN);
    },
  );

  app.get(
    '/v1/plans',
    {
      schema: {
        summary: 'List plans',
        tags: ['orders'],
        response: { 200: { ...PlanList, description: 'All of them' }, ...problems() },
      },
    },
    async () => ({ plans: (await plans.all()).map(showPlan) }),
  );

  app.get(
    '/v1/plans/:plan',
    {
      schema: {
        summary: 'Look at a plan',
        tags: ['orders'],
        params: Params,
        response: { 200: component('Plan', 'As it is'), ...problems(404) },
      },
    },
    async ({ params: { plan } }, reply) => {
      const found = await plans.plan(plan);
      return found === undefined
        ? sendRefusal(reply, refuse('unknown-plan', { plan }))
        : showPlan(found);
    },
  );
}
