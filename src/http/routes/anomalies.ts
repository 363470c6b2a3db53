// Who of those that try to buy is odd, and why.

import { Type } from 'typebox';
import type { App, Parts } from '../app.ts';
import { problems, reference } from '../openapi.ts';
import type { AnomalyOutside } from '../shapes/anomaly-shapes.ts';

const AnomalyList = Type.Object({ anomalies: Type.Array(reference('Anomaly')) });
const SHOWN_MAX = 100;

export function anomalyRoutes(app: App, { watch, denyList }: Parts): void {
  app.get(
    '/v1/anomalies',
    {
      schema: {
        summary: 'List the oddest of those who tried to buy within the last minute, and why',
        tags: ['sales'],
        response: {
          200: { ...AnomalyList, description: `At most ${SHOWN_MAX}, as this server saw them` },
          ...problems(),
        },
      },
    },
    async () => ({
      anomalies: watch.highest(SHOWN_MAX).map((anomaly): AnomalyOutside => {
        return { ...anomaly, denied: denyList.has(anomaly) };
      }),
    }),
  );
}
