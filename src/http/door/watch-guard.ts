// Takes note of every attempt, says how odd it is to the guards behind it, and turns nobody away.

import type { AnomalyWatch } from '../../admission/anomaly/anomaly-watch.ts';
import type { WhoTries } from '../../admission/deny-list/denial-directory.ts';
import type { Asked } from '../exchange.ts';
import { deviceOf } from './device.ts';
import type { Guard } from './sale-door.ts';

export function watchGuard(watch: AnomalyWatch): Guard {
  return (attempt) => {
    attempt.anomaly = watch.attempted(attempt.who);
    return undefined;
  };
}

export function whoTries(request: Asked, account: string | undefined): WhoTries {
  return { address: request.clientAddress, account, device: deviceOf(request) };
}
