// Orders: make one, look at one, search them, cancel one, send one on its way.

import { type Static, type TSchema, Type } from 'typebox';
import { checkText } from '../../kernel/check-command.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { Order } from '../../orders/order-view.ts';
import { type Shown, sendAnswer, sendRefusal, sendWhenAnswered } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations } from '../durations-of-body.ts';
import { entityTag, NOT_MODIFIED, sendTagged } from '../entity-tag.ts';
import type { Answering, Command } from '../exchange.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference, SeenHeader } from '../openapi.ts';
import { showOrder } from '../order-views.ts';
import {
  CancelOrderBody,
  FulfilBody,
  OrderBody,
  OrderStatus,
  PaidBody,
} from '../shapes/order-shapes.ts';

const { Optional } = Type;
const filter = Optional(Type.String({ minLength: 1, maxLength: 256 }));
const Params = Type.Object({ order: Type.String({ format: 'uuid' }) });

const SearchQuery = Type.Object(
  {
    buyer: filter,
    status: Optional(OrderStatus),
    reference: filter,
    cursor: Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
    limit: Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
);

const OrderPage = Type.Object({
  orders: Type.Array(reference('Order')),
  asOf: Type.Integer({ description: 'The journal position that the list shows.' }),
  next: Optional(Type.String({ description: 'Pass as `cursor`; missing on the last page.' })),
});

type Verb<Body extends TSchema> = Command<Static<Body>, Static<typeof Params>>;

const SHOWN: Shown<Order> = { body: showOrder, version: (it) => it.version };

export function orderRoutes(app: App, { uses: { orders } }: Parts): void {
  const checkout = (request: Command<Static<typeof OrderBody>>, reply: Answering) => {
    const { holdFor, ...order } = request.body;
    const durations = readDurations({ holdFor });
    if (!durations.ok) {
      sendRefusal(reply, durations);
      return;
    }
    const command = Object.assign(order, durations.value);
    sendWhenAnswered(reply, orders.checkout(command, identityOf(request)), (answer) => {
      if (answer.ok) reply.header('Location', `/v1/orders/${answer.value.id}`);
      sendAnswer(reply, answer, { ...SHOWN, status: 202 });
    });
  };
  app.post(
    '/v1/orders',
    {
      config: { direct: { answer: checkout } },
      schema: {
        summary: 'Order: units are held in the same step, until it is paid or its time is over',
        tags: ['orders'],
        headers: KeyHeader,
        body: OrderBody,
        response: { 202: component('Order', 'RESERVED'), ...problems(400, 404, 409, 422) },
      },
    },
    checkout,
  );

  app.get(
    '/v1/orders',
    {
      schema: {
        summary: 'Search orders, newest first',
        tags: ['orders'],
        querystring: SearchQuery,
        response: { 200: { ...OrderPage, description: 'A page' }, ...problems(400) },
      },
    },
    async ({ query }, reply) => {
      const { cursor, ...rest } = query;
      for (const [field, text] of Object.entries({ ...rest, cursor, limit: undefined })) {
        const wrong = checkText(text, field);
        if (wrong !== undefined) return sendRefusal(reply, wrong);
      }
      const asked = cursor === undefined ? rest : { ...rest, before: cursor };
      const page = await orders.search(asked);
      return { ...page, orders: page.orders.map(showOrder) };
    },
  );

  app.get(
    '/v1/orders/:order',
    {
      schema: {
        summary: 'Look at an order: its state, its history, its next deadline',
        tags: ['orders'],
        params: Params,
        headers: SeenHeader,
        response: { 200: component('Order', 'As it is'), 304: NOT_MODIFIED, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { order: id } = request.params;
      const found = await orders.order(id);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-order', { order: id }));
      return sendTagged(request, reply, { tag: tagOf(found), body: () => showOrder(found) });
    },
  );
  verbRoutes(app, orders);
}

function verbRoutes(app: App, orders: Parts['uses']['orders']): void {
  const cancel = (request: Verb<typeof CancelOrderBody>, reply: Answering) => {
    const command = { ...request.body, ...request.params };
    sendWhenAnswered(reply, orders.cancel(command, identityOf(request)), (answer) =>
      sendAnswer(reply, answer, SHOWN),
    );
  };
  app.post(
    '/v1/orders/:order/cancel',
    {
      config: { direct: { answer: cancel } },
      schema: described(
        'Give its units back at once, and what was paid after that',
        CancelOrderBody,
      ),
    },
    cancel,
  );

  app.post(
    '/v1/orders/:order/paid',
    { schema: described('Its money came in by another way: its units are sold', PaidBody) },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendAnswer(reply, await orders.paid(command, identityOf(request)), SHOWN);
    },
  );

  for (const verb of ['refunded', 'pack', 'ship', 'deliver'] as const) {
    app.post(
      `/v1/orders/:order/${verb}`,
      { schema: described(FULFIL[verb], FulfilBody) },
      async (request, reply) => {
        const command = { ...request.body, ...request.params };
        return sendAnswer(reply, await orders[verb](command, identityOf(request)), SHOWN);
      },
    );
  }
}

const FULFIL = {
  refunded: 'Its money went back by another way',
  pack: 'It is packed',
  ship: 'It has left the house',
  deliver: 'The buyer has it',
};

/** At its deadline it is shown as another one, though nobody has written a new version yet. */
function tagOf({ status, version, expiresAtMs }: Order): string {
  const isDue = status === 'EXPIRED' && expiresAtMs !== undefined;
  return isDue ? `"${version}-due"` : entityTag(version);
}

function described<Body extends TSchema>(summary: string, body: Body) {
  return {
    summary,
    tags: ['orders'],
    params: Params,
    headers: KeyHeader,
    body,
    response: { 200: component('Order', 'As it is now'), ...problems(400, 404, 409, 422) },
  };
}
