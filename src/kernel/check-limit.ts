// The bounds of purchase limits: what is refused before anything is looked at, with the field that is wrong.

import { checkPool, checkWhole, invalid, LINES_MAX } from './check-command.ts';
import type { PutLimitCommand } from './commands.ts';
import type { Refused } from './refusals.ts';

type Checked = Refused | undefined;

export function checkPutLimit(command: PutLimitCommand): Checked {
  const wrong = checkPool(command.limit, 'limit') ?? checkWhole(command.quantityMax, 'quantityMax');
  if (wrong !== undefined) return wrong;
  if (command.per !== 'order' && command.per !== 'buyer') return invalid('per', 'order or buyer');
  if (command.period !== undefined && command.windowMs !== undefined) {
    return invalid('window', 'either a period or a window');
  }
  if (command.per === 'order' && (command.period ?? command.windowMs) !== undefined) {
    return invalid('period', 'none for a limit per order');
  }
  if (command.period && !['day', 'week', 'month', 'year'].includes(command.period)) {
    return invalid('period', 'day, week, month or year');
  }
  return (
    checkTimeZone(command.timeZone) ??
    (command.windowMs === undefined
      ? undefined
      : checkWhole(command.windowMs, 'window', 1, 366 * 86_400_000)) ??
    checkScope(command.scope)
  );
}

export function checkTimeZone(timeZone: string | undefined): Checked {
  if (timeZone === undefined) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return undefined;
  } catch {
    return invalid('timeZone', 'an IANA time zone such as Europe/Berlin');
  }
}

function checkScope(scope: PutLimitCommand['scope']): Checked {
  if (scope === 'all') return undefined;
  if (typeof scope !== 'object' || scope === null) {
    return invalid('scope', '"all", {pools: [...]} or {products: [...]}');
  }
  const [field, ids] = 'pools' in scope ? ['pools', scope.pools] : ['products', scope.products];
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > LINES_MAX) {
    return invalid(`scope/${field}`, `1 to ${LINES_MAX} ids`);
  }
  for (const id of ids) {
    const wrong = checkPool(id, `scope/${field}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
