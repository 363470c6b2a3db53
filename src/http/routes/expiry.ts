// A person's word that a clock that jumped is right, after which deadlines count again.

import { Type } from 'typebox';
import type { App, Parts } from '../app.ts';
import { formatInstant } from '../instant.ts';
import { KeyHeader, problems } from '../openapi.ts';

const Clock = Type.Object({
  now: Type.String({ format: 'date-time', description: "The store's time from here on." }),
  resumed: Type.Boolean({ description: 'False: expiry was not stopped.' }),
  wasStopped: Type.Optional(Type.String({ description: 'Why it was stopped.' })),
});

export function expiryRoutes(app: App, { stock }: Parts): void {
  app.post(
    '/v1/expiry/resume',
    {
      schema: {
        summary: 'Let reservations expire again after the clock jumped',
        tags: ['server'],
        headers: KeyHeader,
        response: { 200: { ...Clock, description: 'Expiry runs' }, ...problems() },
      },
    },
    async () => {
      const { stopped } = stock.engine.clock();
      if (stopped === undefined) {
        return { now: formatInstant(stock.engine.clock().nowMs), resumed: false };
      }
      const { nowMs } = stock.resumeExpiry();
      return { now: formatInstant(nowMs), resumed: true, wasStopped: stopped };
    },
  );
}
