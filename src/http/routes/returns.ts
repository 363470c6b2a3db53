// Returns: ask for one, look at one, search them; what the carrier, the dock and the inspection tell.

import { type TSchema, Type } from 'typebox';
import { checkText } from '../../kernel/check-command.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { Return } from '../../orders/return-view.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { entityTag, NOT_MODIFIED, sendTagged } from '../entity-tag.ts';
import { identityOf } from '../idempotency-key.ts';
import { component, KeyHeader, problems, reference, SeenHeader } from '../openapi.ts';
import { readTold, showReturn } from '../return-views.ts';
import {
  CancelReturnBody,
  CloseReturnBody,
  DeliveryFailedBody,
  InspectReturnBody,
  ReceiveReturnBody,
  RequestReturnBody,
  ReturnCarrierBody,
  ReturnStatus,
  UnquarantineBody,
} from '../shapes/return-shapes.ts';

const { Optional } = Type;
const filter = Optional(Type.String({ minLength: 1, maxLength: 256 }));
const Params = Type.Object({ return: Type.String({ format: 'uuid' }) });

const SearchQuery = Type.Object(
  {
    order: filter,
    reservation: filter,
    status: Optional(ReturnStatus),
    buyer: filter,
    pool: filter,
    cursor: Optional(Type.String({ maxLength: 64, description: '`next` of the page before.' })),
    limit: Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  { additionalProperties: false },
);

const ReturnPage = Type.Object({
  returns: Type.Array(reference('Return')),
  asOf: Type.Integer({ description: 'The journal position that the list shows.' }),
  next: Optional(Type.String({ description: 'Pass as `cursor`; missing on the last page.' })),
});

const SHOWN: Shown<Return> = { body: showReturn, version: (it) => it.version };

export function returnRoutes(app: App, parts: Parts): void {
  beginRoutes(app, parts);
  readRoutes(app, parts);
  verbRoutes(app, parts);
}

function beginRoutes(app: App, { uses: { returns } }: Parts): void {
  const begun = { 201: component('Return', 'Begun'), ...problems(400, 404, 409, 422) };
  app.post(
    '/v1/returns',
    {
      schema: {
        summary: 'Ask for a return: of an order, or of a sold reservation that no order has',
        tags: ['returns'],
        headers: KeyHeader,
        body: RequestReturnBody,
        response: begun,
      },
    },
    async (request, reply) => {
      const answer = await returns.request(request.body, identityOf(request));
      if (answer.ok) reply.header('Location', `/v1/returns/${answer.value.id}`);
      return sendAnswer(reply, answer, { ...SHOWN, status: 201 });
    },
  );

  app.post(
    '/v1/orders/:order/carrier',
    {
      schema: {
        summary: 'Its carrier could not deliver it: what is left of it comes back',
        tags: ['returns'],
        params: Type.Object({ order: Type.String({ format: 'uuid' }) }),
        headers: KeyHeader,
        body: DeliveryFailedBody,
        response: begun,
      },
    },
    async (request, reply) => {
      const { event: carrier, ...rest } = request.body;
      const read = readTold(rest);
      if (!read.ok) return sendRefusal(reply, read);
      const command = { ...request.params, carrier, ...read.told };
      const answer = await returns.deliveryFailed(command, identityOf(request));
      if (answer.ok) reply.header('Location', `/v1/returns/${answer.value.id}`);
      return sendAnswer(reply, answer, { ...SHOWN, status: 201 });
    },
  );
}

function readRoutes(app: App, { uses: { returns } }: Parts): void {
  app.get(
    '/v1/returns',
    {
      schema: {
        summary: 'Search returns, newest first',
        tags: ['returns'],
        querystring: SearchQuery,
        response: { 200: { ...ReturnPage, description: 'A page' }, ...problems(400) },
      },
    },
    async ({ query }, reply) => {
      const { cursor, ...rest } = query;
      for (const [field, text] of Object.entries({ ...rest, cursor, limit: undefined })) {
        const wrong = checkText(text, field);
        if (wrong !== undefined) return sendRefusal(reply, wrong);
      }
      const asked = cursor === undefined ? rest : { ...rest, before: cursor };
      const page = await returns.search(asked);
      return { ...page, returns: page.returns.map(showReturn) };
    },
  );

  app.get(
    '/v1/returns/:return',
    {
      schema: {
        summary: 'Look at a return: what came in, what became of it, what is to be refunded',
        tags: ['returns'],
        params: Params,
        headers: SeenHeader,
        response: { 200: component('Return', 'As it is'), 304: NOT_MODIFIED, ...problems(404) },
      },
    },
    async (request, reply) => {
      const { return: id } = request.params;
      const found = await returns.return(id);
      if (found === undefined) return sendRefusal(reply, refuse('unknown-return', { return: id }));
      const body = () => showReturn(found);
      return sendTagged(request, reply, { tag: entityTag(found.version), body });
    },
  );
}

function verbRoutes(app: App, { uses: { returns } }: Parts): void {
  app.post(
    '/v1/returns/:return/carrier',
    { schema: described('What its carrier tells', ReturnCarrierBody) },
    async (request, reply) => {
      const { event: carrier, ...rest } = request.body;
      const read = readTold(rest);
      if (!read.ok) return sendRefusal(reply, read);
      const command = { ...request.params, carrier, ...read.told };
      return sendAnswer(reply, await returns.carrier(command, identityOf(request)), SHOWN);
    },
  );
  app.post(
    '/v1/returns/:return/receive',
    { schema: described('Units of it arrived at the dock', ReceiveReturnBody) },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendAnswer(reply, await returns.receive(command, identityOf(request)), SHOWN);
    },
  );
  app.post(
    '/v1/returns/:return/inspect',
    {
      schema: described(
        'Units of it have a verdict: those that passed are sold again',
        InspectReturnBody,
      ),
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendAnswer(reply, await returns.inspect(command, identityOf(request)), SHOWN);
    },
  );
  app.post(
    '/v1/returns/:return/close',
    { schema: described('What has not arrived is given up', CloseReturnBody) },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendAnswer(reply, await returns.close(command, identityOf(request)), SHOWN);
    },
  );
  app.post(
    '/v1/returns/:return/cancel',
    { schema: described('Nothing comes back: its units stay with the buyer', CancelReturnBody) },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      return sendAnswer(reply, await returns.cancel(command, identityOf(request)), SHOWN);
    },
  );
  app.post(
    '/v1/pools/:pool/unquarantine',
    {
      schema: {
        summary: 'Take units out of quarantine: to be sold, or written off',
        tags: ['returns'],
        params: Type.Object({ pool: Type.String() }),
        headers: KeyHeader,
        body: UnquarantineBody,
        response: { 200: component('Moved', 'Out of it'), ...problems(400, 404, 409, 422) },
      },
    },
    async (request, reply) => {
      const command = { ...request.body, ...request.params };
      const answer = await returns.releaseQuarantine(command, identityOf(request));
      return sendAnswer(reply, answer, { body: (moved) => moved });
    },
  );
}

function described<Body extends TSchema>(summary: string, body: Body) {
  return {
    summary,
    tags: ['returns'],
    params: Params,
    headers: KeyHeader,
    body,
    response: { 200: component('Return', 'As it is now'), ...problems(400, 404, 409, 422) },
  };
}
