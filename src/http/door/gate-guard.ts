// The gate of a sale at its door: one for each sale, on each server.

import { Gate } from '../../admission/gate.ts';
import { NOT_ADMITTED_RETRY_MS } from '../../kernel/order-pass.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { Attempt, Guard, Verdict } from './sale-door.ts';

export interface GateParts {
  /** Units that the pools of a sale have left. */
  unitsOf(sale: Attempt['sale']): Promise<number>;
}

interface KnownGate {
  gate: Gate;
  /** As it was heard of last. */
  sale: Attempt['sale'];
}

export function gateGuard({ unitsOf }: GateParts): Guard {
  const gates = new Map<string, KnownGate>();
  const opened = (sale: Attempt['sale']) => {
    const known: KnownGate = { gate: new Gate({ units: () => unitsOf(known.sale) }), sale };
    gates.set(sale.sale, known);
    return known;
  };
  return (attempt) => {
    const { sale } = attempt;
    const { gate: rule } = sale;
    if (rule === undefined) return undefined;
    const known = gates.get(sale.sale) ?? opened(sale);
    // What it may sell may have been changed.
    known.sale = sale;
    const isIn = known.gate.enter(rule);
    return isIn instanceof Promise ? toldLater(isIn, attempt, known) : told(isIn, attempt, known);
  };
}

function told(isIn: boolean, attempt: Attempt, { gate, sale }: KnownGate): Verdict {
  if (!isIn) {
    return refuse('not-admitted', { sale: sale.sale, retryAfterMs: NOT_ADMITTED_RETRY_MS });
  }
  attempt.leave = () => gate.leave();
  return undefined;
}

function toldLater(isIn: Promise<boolean>, attempt: Attempt, known: KnownGate): Promise<Verdict> {
  return isIn.then((is) => told(is, attempt, known));
}
