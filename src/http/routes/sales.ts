// Flash sales: draft, arm, open, close, look at them, buy in them.

import { type Static, Type } from 'typebox';
import type { SaleCheckoutCommand } from '../../kernel/order-in-sale.ts';
import { refuse } from '../../kernel/refusals.ts';
import { countsAddresses } from '../../kernel/sale-limits.ts';
import type { Order } from '../../orders/order-view.ts';
import type { SaleView } from '../../uses/flash-sale/sale-view.ts';
import { type Shown, sendAnswer, sendRefusal, sendWhenAnswered } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { attemptAt, checkShown } from '../door/attempt-at.ts';
import { Entrance } from '../door/entrance.ts';
import { guardsOf } from '../door/guards.ts';
import { parseDurationMs } from '../duration.ts';
import { checkDuration } from '../durations-of-body.ts';
import type { Answering, Command } from '../exchange.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { showOrder } from '../order-views.ts';
import { readSale, showSale } from '../sale-views.ts';
import {
  CreateSaleBody,
  PutSaleBody,
  SaleCheckoutBody,
  SaleVerbBody,
} from '../shapes/sale-shapes.ts';
import { withLine } from '../sold-out-views.ts';

const Params = Type.Object({ sale: Type.String() });
const SaleList = Type.Object({ sales: Type.Array(reference('Sale')) });

type Checkout = Command<Static<typeof SaleCheckoutBody>, Static<typeof Params>>;
type Sales = Parts['uses']['sales'];

const SHOWN: Shown<SaleView> = { body: showSale, version: (it) => it.version };
const ORDER_SHOWN: Shown<Order> = { body: showOrder, version: (it) => it.version, status: 202 };

export function saleRoutes(app: App, parts: Parts): void {
  const { sales } = parts.uses;
  const { waiting } = parts;
  setUpRoutes(app, parts);
  lookRoutes(app, sales);
  verbRoutes(app, sales);
  const door = new Entrance(guardsOf(parts), parts);
  const checkout = (request: Checkout, reply: Answering) => {
    const { holdFor, pass: shown, challenge } = request.body;
    const said = { buyer: request.body.buyer, pass: shown, challenge };
    const wrong = checkShown(said) ?? checkDuration('holdFor', holdFor);
    if (wrong !== undefined) {
      sendRefusal(reply, wrong);
      return;
    }
    const command = commandOf(request.body, request.params.sale);
    const sale = sales.known(command.sale);
    if (sale === undefined || countsAddresses(sale)) {
      command.addressKey = parts.addressKeys.keyOf(request.clientAddress);
    }
    const attempt = sale && attemptAt(sale, request, said);
    const goOn = () => {
      const pass = attempt?.pass;
      const asked = pass === undefined ? command : { ...command, pass };
      const answered = sales.checkout(asked, identityOf(request));
      if (attempt?.leave !== undefined) answered.then(attempt.leave, attempt.leave);
      sendWhenAnswered(reply, answered, (answer) => {
        if (pass !== undefined) waiting.bought(command.sale, pass, answer);
        door.answered(attempt, answer);
        if (answer.ok) reply.header('Location', `/v1/orders/${answer.value.id}`);
        sendAnswer(reply, answer.ok ? answer : withLine(answer), ORDER_SHOWN);
      });
    };
    door.pass(attempt, reply, goOn);
  };
  app.post(
    '/v1/sales/:sale/checkout',
    {
      config: { direct: { answer: checkout, fewNames: true } },
      schema: {
        summary: 'Buy in a sale: an order whose units are held and counted in the same step',
        tags: ['sales'],
        params: Params,
        headers: KeyHeader,
        body: SaleCheckoutBody,
        response: {
          202: component('Order', 'RESERVED'),
          ...problems(400, 404, 409, 422, 429),
        },
      },
    },
    checkout,
  );
}

// Field by field: as a copy of the body without some of it this took 3 µs of a checkout.
function commandOf(body: Checkout['body'], sale: string): SaleCheckoutCommand {
  const { lines, buyer, vouchers, holdFor, reference, metadata } = body;
  const command: SaleCheckoutCommand = { sale, lines };
  if (buyer !== undefined) command.buyer = buyer;
  if (vouchers !== undefined) command.vouchers = vouchers;
  if (holdFor !== undefined) command.holdForMs = parseDurationMs(holdFor)!;
  if (reference !== undefined) command.reference = reference;
  if (metadata !== undefined) command.metadata = metadata;
  return command;
}

function setUpRoutes(app: App, { uses: { sales }, challenges }: Parts): void {
  app.post(
    '/v1/sales',
    {
      schema: {
        summary: 'Draft a sale; nothing is set apart yet',
        tags: ['sales'],
        headers: KeyHeader,
        body: CreateSaleBody,
        response: { 201: component('Sale', 'Drafted'), ...problems(400, 409, 422) },
      },
    },
    async (request, reply) => {
      const { sale, ...body } = request.body;
      const read = readSale(sale, body, challenges.names);
      if (!read.ok) return sendRefusal(reply, read);
      const answer = await sales.create(read.value, identityOf(request));
      if (answer.ok) reply.header('Location', `/v1/sales/${answer.value.sale}`);
      return sendAnswer(reply, answer, { ...SHOWN, status: 201 });
    },
  );

  app.put(
    '/v1/sales/:sale',
    {
      schema: {
        summary: 'Draft a sale, or change it; once it is armed its times and limits only',
        tags: ['sales'],
        params: Params,
        headers: KeyHeader,
        body: PutSaleBody,
        response: {
          200: component('Sale', 'Changed'),
          201: component('Sale', 'Drafted'),
          ...problems(400, 409, 422),
        },
      },
    },
    async (request, reply) => {
      const read = readSale(request.params.sale, request.body, challenges.names);
      if (!read.ok) return sendRefusal(reply, read);
      const answer = await sales.put(read.value, identityOf(request));
      const status = answer.ok && answer.value.version === 1 ? 201 : 200;
      return sendAnswer(reply, answer, { ...SHOWN, status });
    },
  );
}

function lookRoutes(app: App, sales: Sales): void {
  app.get(
    '/v1/sales',
    {
      schema: {
        summary: 'List sales',
        tags: ['sales'],
        response: { 200: { ...SaleList, description: 'All of them' }, ...problems() },
      },
    },
    async () => ({ sales: sales.all().map(showSale) }),
  );

  app.get(
    '/v1/sales/:sale',
    {
      schema: {
        summary: 'Look at a sale: its state, and what each of its items has left',
        tags: ['sales'],
        params: Params,
        response: { 200: component('Sale', 'As it is'), ...problems(404) },
      },
    },
    async ({ params: { sale } }, reply) => {
      const found = await sales.sale(sale);
      return found === undefined
        ? sendRefusal(reply, refuse('unknown-sale', { sale }))
        : showSale(found);
    },
  );
}

const VERBS = {
  arm: 'Set its units apart: from now on only the sale sells them',
  open: 'Open it now, whatever its time',
  close: 'Close it now: what is left goes home',
} as const;

function verbRoutes(app: App, sales: Sales): void {
  for (const verb of ['arm', 'open', 'close'] as const) {
    app.post(
      `/v1/sales/:sale/${verb}`,
      {
        schema: {
          summary: VERBS[verb],
          tags: ['sales'],
          params: Params,
          headers: KeyHeader,
          body: SaleVerbBody,
          response: {
            200: component('Sale', 'Done'),
            ...problems(400, 404, 409, 422),
            // Somebody moved units in a pool of before while it was taken up.
            ...(verb === 'arm' ? problems(412) : {}),
          },
        },
      },
      async (request, reply) =>
        sendAnswer(reply, await sales[verb](request.params, identityOf(request)), SHOWN),
    );
  }
}
