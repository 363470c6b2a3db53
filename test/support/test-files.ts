// Which test files there are, which of them need the machine to themselves, and what they need
// beside Node.js. The one table that says so; the runner reads it and has no opinion of its own.

import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Need } from './needs.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

interface Rule {
  /** Paths that begin so. */
  under: string;
  /** Runs with nothing beside it: it needs the machine's time or memory. */
  alone?: boolean;
  /** Starts many processes of its own: one at a time runs beside others, until only such are left. */
  heavy?: boolean;
  needs?: readonly Need[];
}

const RULES: readonly Rule[] = [
  { under: 'test/crash/', heavy: true, needs: ['c-compiler'] },
  { under: 'test/crash/postgres/', heavy: true, needs: ['postgres'] },
  { under: 'test/crash/orders/', heavy: true, needs: ['postgres'] },
  { under: 'test/crash/kafka/', heavy: true, needs: ['kafka', 'postgres'] },
  { under: 'test/crash/quota/', heavy: true },
  { under: 'test/crash/coordinator/', heavy: true, needs: ['postgres'] },
  { under: 'test/crash/recorder/', heavy: true, needs: ['postgres'] },
  { under: 'test/model/', heavy: true },
  { under: 'test/bench/flash-sale', heavy: true },
  { under: 'test/bench/http', heavy: true },
  { under: 'test/bench/locking', heavy: true, needs: ['postgres'] },
  { under: 'test/bench/two-phase', heavy: true, needs: ['postgres'] },
  { under: 'test/bench/postgres', heavy: true, needs: ['postgres'] },
  { under: 'test/history/', heavy: true },
  { under: 'test/load/soak', alone: true },
  { under: 'test/load/attack.test', alone: true, needs: ['redis', 'postgres', 'kafka'] },
  { under: 'test/load/flash-sale', alone: true },
  { under: 'test/load/flash-sale-k6', needs: ['k6'] },
  { under: 'test/load/flash-sale-stack', needs: ['redis', 'postgres', 'kafka'] },
  { under: 'test/client/runs-anywhere', needs: ['chromium'] },
  { under: 'test/client/killed-server', heavy: true },
  { under: 'test/http/console', heavy: true, needs: ['chromium'] },
  { under: 'test/http/front/page', heavy: true, needs: ['chromium'] },
  { under: 'test/http/docs', needs: ['curl'] },
  { under: 'test/http/rush', heavy: true },
  { under: 'test/http/short-memory', alone: true },
  { under: 'test/docs/commands', alone: true, needs: ['curl', 'kafka'] },
  { under: 'test/docs/code', needs: ['kafka'] },
  { under: 'test/cli/postgres', needs: ['postgres'] },
  { under: 'test/cli/parts', needs: ['postgres'] },
  { under: 'test/cli/redis', needs: ['postgres', 'redis'] },
  { under: 'test/docs/sql-views', needs: ['postgres'] },
  { under: 'test/package', heavy: true },
  { under: 'test/payment-simulator/killed', heavy: true },
  { under: 'test/orders/payments/stripe-provider', needs: ['stripe-mock'] },
  { under: 'test/conformance/postgres', needs: ['postgres'] },
  { under: 'test/conformance/coordinator', needs: ['postgres'] },
  { under: 'test/conformance/redis', needs: ['redis'] },
  { under: 'test/conformance/redis-recorded', needs: ['postgres'] },
  { under: 'test/engines/redis', needs: ['redis', 'postgres'] },
  { under: 'test/engines/segments', needs: ['redis', 'postgres'] },
  { under: 'test/model/redis', needs: ['redis', 'postgres'] },
  { under: 'test/model/segments', needs: ['redis', 'postgres'] },
  { under: 'test/support/redis', heavy: true, needs: ['redis'] },
  { under: 'test/engines/coordinator', needs: ['postgres'] },
  { under: 'test/engines/coordinator/pgbouncer', needs: ['pgbouncer'] },
  { under: 'test/engines/postgres', needs: ['postgres'] },
  // What a lock, or a database that is away, makes of those who wait is told by how long they wait.
  { under: 'test/engines/coordinator/slow-part', alone: true },
  { under: 'test/engines/coordinator/foreign-lock', alone: true },
  { under: 'test/engines/coordinator/part-away', alone: true },
  { under: 'test/engines/coordinator/uncommitted-owner', alone: true },
  { under: 'test/engines/postgres/away', alone: true },
  { under: 'test/engines/postgres/busy-neighbour', alone: true },
  { under: 'test/engines/postgres/foreign-lock', alone: true },
  { under: 'test/engines/postgres/pgbouncer', needs: ['pgbouncer'] },
  { under: 'test/model/coordinator', needs: ['postgres'] },
  { under: 'test/model/postgres', needs: ['postgres'] },
  { under: 'test/model/recorder', needs: ['postgres'] },
  { under: 'test/history/in-process', needs: ['postgres', 'redis'] },
  { under: 'test/history/planted-faults', needs: ['redis'] },
  { under: 'test/history/segments', needs: ['postgres', 'redis'] },
  { under: 'test/history/over-http', needs: ['postgres'] },
  { under: 'test/orders/preorders/staged-engines', needs: ['postgres'] },
  { under: 'test/support/postgres', heavy: true, needs: ['postgres'] },
  { under: 'test/support/kafka', heavy: true, needs: ['kafka'] },
  { under: 'test/kafka/', needs: ['kafka', 'postgres'] },
  { under: 'test/uses/flash-sale/sale-engines', needs: ['redis', 'postgres'] },
  { under: 'test/redis-queue/settings', needs: ['redis'] },
  { under: 'test/orders/payments/recorded-first', needs: ['redis', 'postgres'] },
  { under: 'test/nginx/', heavy: true, needs: ['nginx'] },
  { under: 'test/stack/', heavy: true, needs: ['redis', 'postgres', 'kafka'] },
];

/** Reasons for which a test may be skipped even with CI set: what it needs is no part of the project. */
export const SKIPPED_IN_CI_TOO: readonly RegExp[] = [
  /HOLDFAST_ONLINE_RETAIL names no file/,
  /HOLDFAST_HOTEL_BOOKINGS names no file/,
  /cannot mount a tmpfs/,
];

export interface TestPlan {
  /** May run beside each other. */
  together: string[];
  /** One after another beside those, and then beside each other. */
  heavy: string[];
  /** One after another, with nothing beside them. */
  alone: string[];
  needs: Need[];
}

/** All test files, or those whose path contains one of `parts`. */
export function planTests(parts: readonly string[]): TestPlan {
  const plan: TestPlan = { together: [], heavy: [], alone: [], needs: [] };
  const needs = new Set<Need>();
  for (const path of globSync('test/**/*.test.ts', { cwd: ROOT }).sort()) {
    if (parts.length > 0 && !parts.some((part) => path.includes(part))) continue;
    const rules = RULES.filter(({ under }) => path.startsWith(under));
    plan[kindOf(rules)].push(join(ROOT, path));
    for (const rule of rules) for (const need of rule.needs ?? []) needs.add(need);
  }
  plan.needs = [...needs];
  return plan;
}

function kindOf(rules: readonly Rule[]): 'together' | 'heavy' | 'alone' {
  if (rules.some(({ alone }) => alone)) return 'alone';
  return rules.some(({ heavy }) => heavy) ? 'heavy' : 'together';
}
