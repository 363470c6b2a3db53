// Shows places in line in the outside format. Changes names and notations only.

import type { Waiter } from '../uses/waiting/waiter-view.ts';
import { formatInstant } from './instant.ts';
import type { WaiterOutside } from './shapes/waiter-shapes.ts';

export function showWaiter(waiter: Waiter): WaiterOutside {
  const { createdAtMs, updatedAtMs, expiresAtMs, ...rest } = waiter;
  return {
    ...rest,
    ...(expiresAtMs === undefined ? {} : { expiresAt: formatInstant(expiresAtMs) }),
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
}
