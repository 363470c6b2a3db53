// The deny list: who may not buy in sales. Put somebody on it, take them off, look at it.

import { type Static, Type } from 'typebox';
import type { Denial, Denied } from '../../kernel/denial.ts';
import { type Shown, sendAnswer, sendRefusal } from '../answer.ts';
import type { App, Parts } from '../app.ts';
import { readDurations, readInstants } from '../durations-of-body.ts';
import { identityOf } from '../idempotency-key.ts';
import { formatInstant } from '../instant.ts';
import { component, KeyHeader, problems, reference } from '../openapi.ts';
import { DenialBody, type DenialOutside, DenialParams } from '../shapes/denial-shapes.ts';

const DenialList = Type.Object({ denials: Type.Array(reference('Denial')) });
const SHOWN: Shown<Denial> = { body: showDenial, version: (it) => it.version };

export function denyListRoutes(app: App, { denyList }: Parts): void {
  app.put(
    '/v1/deny-list/:kind/:value',
    {
      schema: {
        summary: 'Deny an address, a prefix of such, an account or a device all sales, at once',
        tags: ['sales'],
        params: DenialParams,
        headers: KeyHeader,
        body: DenialBody,
        response: { 200: component('Denial', 'In effect'), ...problems(400, 422) },
      },
    },
    async (request, reply) => {
      const { until, for: duration, ...texts } = request.body ?? {};
      const times = readTimes({ until, for: duration });
      if (!times.ok) return sendRefusal(reply, times);
      const command = { ...texts, ...times.value, ...deniedOf(request.params) };
      return sendAnswer(reply, await denyList.put(command, identityOf(request)), SHOWN);
    },
  );

  app.get(
    '/v1/deny-list',
    {
      schema: {
        summary: 'List who is denied now',
        tags: ['sales'],
        response: { 200: { ...DenialList, description: 'All of them' }, ...problems() },
      },
    },
    async () => ({ denials: denyList.all().map(showDenial) }),
  );

  app.get(
    '/v1/deny-list/:kind/:value',
    {
      schema: {
        summary: 'Look whether somebody is denied',
        tags: ['sales'],
        params: DenialParams,
        response: { 200: component('Denial', 'They are'), ...problems(400, 404) },
      },
    },
    async ({ params }, reply) => {
      const found = await denyList.denial(deniedOf(params));
      return 'ok' in found ? sendRefusal(reply, found) : showDenial(found);
    },
  );

  app.delete(
    '/v1/deny-list/:kind/:value',
    {
      schema: {
        summary: 'Let somebody buy again',
        tags: ['sales'],
        params: DenialParams,
        headers: KeyHeader,
        response: { 200: component('Denial', 'As it was'), ...problems(400, 404, 422) },
      },
    },
    async (request, reply) => {
      const answer = await denyList.lift(deniedOf(request.params), identityOf(request));
      return sendAnswer(reply, answer, SHOWN);
    },
  );
}

/** The library says what is wrong with a kind that is none. */
function deniedOf(params: Static<typeof DenialParams>): Denied {
  return params as Denied;
}

function readTimes(texts: { until: string | undefined; for: string | undefined }) {
  const instants = readInstants({ until: texts.until });
  if (!instants.ok) return instants;
  const durations = readDurations({ for: texts.for });
  return durations.ok
    ? { ok: true as const, value: { ...instants.value, ...durations.value } }
    : durations;
}

function showDenial(denial: Denial): DenialOutside {
  const { createdAtMs, updatedAtMs, untilMs, state: _, ...rest } = denial;
  const shown: DenialOutside = {
    ...rest,
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
  if (untilMs !== undefined) shown.until = formatInstant(untilMs);
  return shown;
}
