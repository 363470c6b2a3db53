// Payments: begin one, look at one, ask its provider, end one; and the door through which providers call.

import { Type } from 'typebox';
import type { Payment } from '../../kernel/payment.ts';
import { refuse } from '../../kernel/refusals.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { showPayment } from '../order-views.ts';
import { EmptyBody, StartPaymentBody } from '../shapes/payment-shapes.ts';

const OrderParams = Type.Object({ order: Type.String({ format: 'uuid' }) });
const Params = Type.Object({ payment: Type.String({ format: 'uuid' }) });
const PaymentList = Type.Object({ payments: Type.Array(reference('Payment')) });
const SHOWN: Shown<Payment> = { body: showPayment, version: (it) => it.version };

export function paymentRoutes(app: App, { uses: { payments } }: Parts): void {
  app.post(
    '/v1/orders/:order/payments',
    {
      schema: {
        summary: 'Begin to pay: the answer says what the buyer must do',
        tags: ['payments'],
        params: OrderParams,
        headers: KeyHeader,
        body: StartPaymentBody,
        response: { 201: component('Payment', 'Begun'), ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      const answer = await payments.start(command, identityOf(request));
      if (answer.ok) reply.header('Location', `/v1/payments/${answer.value.id}`);
      return sendAnswer(reply, answer, { ...SHOWN, status: 201 });
    },
  );

  app.get(
    '/v1/orders/:order/payments',
    {
      schema: {
        summary: "List an order's payments, newest first",
        tags: ['payments'],
        params: OrderParams,
        response: { 200: { ...PaymentList, description: 'All of them' }, ...problems() },
      },
    },
    async ({ params }) => ({ payments: (await payments.ofOrder(params.order)).map(showPayment) }),
  );

  app.get(
    '/v1/payments/:payment',
    {
      schema: {
        summary: 'Look at a payment',
        tags: ['payments'],
        params: Params,
        response: { 200: component('Payment', 'As it is'), ...problems(404) },
      },
    },
    async ({ params: { payment: id } }, reply) => {
      const found = await payments.payment(id);
      if (found === undefined)
        return sendRefusal(reply, refuse('unknown-payment', { payment: id }));
      return showPayment(found);
    },
  );

  app.post(
    '/v1/payments/:payment/refresh',
    {
      schema: described('Ask its provider now: for a buyer who is back before its word is'),
    },
    async ({ params }, reply) => sendAnswer(reply, await payments.refresh(params.payment), SHOWN),
  );

  app.post(
    '/v1/payments/:payment/cancel',
    { schema: described('End it at its provider: the order may be paid another way') },
    async (request, reply) =>
      sendAnswer(reply, await payments.cancel(request.params, identityOf(request)), SHOWN),
  );
}

function described(summary: string) {
  return {
    summary,
    tags: ['payments'],
    params: Params,
    headers: KeyHeader,
    body: EmptyBody,
    response: { 200: component('Payment', 'As it is now'), ...problems(404, 409, 422) },
  };
}
