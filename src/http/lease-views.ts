// Shows leases and what was recorded on them in the outside format. Changes names and notations only.

import type { Lease } from '../kernel/lease.ts';
import type { LeaseMoved, Recorded, SaleResult } from '../stock/lease-views.ts';
import { formatInstant } from './instant.ts';
import { showReservation } from './outside.ts';
import { problem } from './problem.ts';
import type { LeaseMovedOutside, LeaseOutside, RecordedOutside } from './shapes/replies.ts';

export function showLease(lease: Lease): LeaseOutside {
  const { createdAtMs, heardAtMs, expiresAtMs, ...rest } = lease;
  const shown: LeaseOutside = {
    ...rest,
    createdAt: formatInstant(createdAtMs),
    heardAt: formatInstant(heardAtMs),
  };
  if (expiresAtMs !== undefined) shown.expiresAt = formatInstant(expiresAtMs);
  return shown;
}

export function showLeaseMoved({ moved, ...lease }: LeaseMoved): LeaseMovedOutside {
  return { ...showLease(lease), moved };
}

export function showRecorded({ lease, results }: Recorded): RecordedOutside {
  return { lease: showLease(lease), results: results.map(showResult) };
}

function showResult(result: SaleResult): RecordedOutside['results'][number] {
  const { sale } = result;
  if (!result.ok) return { sale, recorded: false, problem: problem(result.code, result.details) };
  const { repeated, overLimit } = result;
  return {
    sale,
    recorded: true,
    ...(repeated ? { replayed: true } : {}),
    ...(overLimit ? { overLimit: true } : {}),
    reservation: showReservation(result.reservation),
  };
}
