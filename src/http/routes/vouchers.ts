// Vouchers: applied to an order that waits to be paid, taken off again, and where a code was used.

import { Type } from 'typebox';
import { checkText } from '../../kernel/check-command.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { Order } from '../../orders/order-view.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems } from '../openapi.ts';
import { showOrder } from '../order-views.ts';
import { VoucherBody } from '../shapes/voucher-shapes.ts';
import { showVoucher } from '../voucher-views.ts';

const Id = Type.String({ format: 'uuid' });
const Code = Type.String({ maxLength: 256 });
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(
      Type.String({ maxLength: 64, description: '`next` of the page before.' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
);
const CHANGED = { 200: component('Order', 'As it is now'), ...problems(400, 404, 409, 422) };
const SHOWN: Shown<Order> = { body: showOrder, version: (it) => it.version };

export function voucherRoutes(app: App, { uses: { orders } }: Parts): void {
  const { vouchers } = orders;
  app.post(
    '/v1/orders/:order/vouchers',
    {
      schema: {
        summary: 'Apply a voucher to an unpaid order: held with it from now on',
        tags: ['vouchers'],
        params: Type.Object({ order: Id }),
        headers: KeyHeader,
        body: VoucherBody,
        response: CHANGED,
      },
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendAnswer(reply, await vouchers.apply(command, identityOf(request)), SHOWN);
    },
  );

  app.post(
    '/v1/orders/:order/vouchers/:voucher/remove',
    {
      schema: {
        summary: 'Take a voucher off an unpaid order: its use is free at once',
        tags: ['vouchers'],
        params: Type.Object({ order: Id, voucher: Code }),
        headers: KeyHeader,
        response: CHANGED,
      },
    },
    async (request, reply) => {
      const { order, voucher: code } = request.params;
      return sendAnswer(reply, await vouchers.remove({ order, code }, identityOf(request)), SHOWN);
    },
  );

  app.get(
    '/v1/vouchers/:voucher',
    {
      schema: {
        summary: 'Look at a code: its campaign, the uses left, the orders that have it or had it',
        tags: ['vouchers'],
        params: Type.Object({ voucher: Code }),
        querystring: PageQuery,
        response: { 200: component('Voucher', 'As it is'), ...problems(400, 404) },
      },
    },
    async ({ params: { voucher: code }, query }, reply) => {
      const { cursor, ...rest } = query;
      const wrong = checkText(code, 'code') ?? checkText(cursor, 'cursor');
      if (wrong !== undefined) return sendRefusal(reply, wrong);
      const page = cursor === undefined ? rest : { ...rest, before: cursor };
      const found = await vouchers.voucher(code, page);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-voucher', { code }));
      return showVoucher(found);
    },
  );
}
