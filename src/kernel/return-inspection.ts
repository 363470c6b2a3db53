// Verdicts on units at the dock: the only way on which units of a return become sellable.

import type { Move } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import { joined } from './join.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import {
  nextReturn,
  type ReturnLine,
  type ReturnUnits,
  returnGuard,
  returnLines,
  returnTransition,
} from './return.ts';
import type { InspectReturnCommand, Verdict } from './return-commands.ts';
import { ended } from './return-over.ts';
import { checkRefund } from './return-refund.ts';
import { byLine, nameOfUnits, spreadOver } from './return-rooms.ts';
import { giveCountsOfSale } from './return-sale.ts';
import { wholePool } from './segments.ts';

const COUNTED_AS: Record<Verdict, 'sellable' | 'quarantined' | 'writtenOff'> = {
  sellable: 'sellable',
  quarantine: 'quarantined',
  'write-off': 'writtenOff',
};

/** Units that passed go to where their pool's releases go, others to quarantine or out. */
export function inspectReturn(found: ReturnUnits, command: InspectReturnCommand): Plan {
  const { document, units, order } = found;
  const before = returnLines(document);
  const { taken, excess } = spreadOver(
    before.map(({ line, pool, inspecting }) => ({ line, pool, left: inspecting })),
    command.lines,
  );
  const judged = taken.map(({ line, pool, quantity, named }) => ({
    ...{ line, pool, quantity },
    verdict: named.verdict,
  }));
  const lines = judgedLines(before, judged);
  const isLast = lines.every(({ returning, inspecting }) => returning + inspecting === 0);
  const next = returnTransition(document, isLast ? 'inspectLast' : 'inspect');
  if (!next.ok) return next;
  const [first] = excess;
  if (first !== undefined) {
    return refuse('quantity-exceeds-received', { ...nameOfUnits(first), excess: first.quantity });
  }
  const wrong = checkRefund(order, units.document, command.refund);
  if (wrong !== undefined) return wrong;
  const given = command.refund === undefined ? {} : { refundGiven: command.refund };
  const counts = giveCountsOfSale(units, byLine(judged));
  const told = judged.map((one) => ({ ...one, pool: wholePool(one.pool) }));
  const inspected = {
    guards: [returnGuard(document)],
    moves: judged.map(moveOf),
    writes: isLast ? [] : [nextReturn(document, next.state, { lines, ...given })],
    events: [{ type: 'return.inspected', subject: document.id, data: { lines: told } }],
  };
  const parts = counts === undefined ? [inspected] : [counts, inspected];
  if (!isLast) return planned(joined(...parts));
  return planned(joined(...parts, ended(found, { state: next.state, lines, ...given })));
}

interface Judged {
  line: number;
  pool: string;
  quantity: number;
  verdict: Verdict;
}

function judgedLines(before: readonly ReturnLine[], judged: readonly Judged[]): ReturnLine[] {
  const lines = new Map(before.map((one) => [one.line, { ...one }]));
  for (const { line, quantity, verdict } of judged) {
    const one = lines.get(line)!;
    const name = COUNTED_AS[verdict];
    one.inspecting -= quantity;
    one[name] = (one[name] ?? 0) + quantity;
  }
  return [...lines.values()];
}

function moveOf({ pool, quantity, verdict }: Judged): Move {
  const to = {
    sellable: poolAccounts(pool).released,
    quarantine: accountOf(pool, 'quarantined'),
    'write-off': accountOf(pool, 'written-off'),
  }[verdict];
  return { legs: [{ from: accountOf(pool, 'inspecting'), to }], quantity };
}
