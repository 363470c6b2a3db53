// Reserve: units go from available to held, and beside them from the buyer's allowance to granted,
// by one move each. All lines or none, unless a line says how few will do.

import type {
  DocumentWrite,
  Floor,
  Guard,
  Leg,
  Move,
  MoveClaim,
  Transaction,
} from '../engines/contract.ts';
import { poolAccounts, poolDocumentId } from './accounts.ts';
import { allowanceWrite } from './allowance.ts';
import type { LineCommand, ReserveCommand } from './commands.ts';
import { type Counted, countedFor, covers, fitOrder, type LimitRule, ruleGuard } from './limits.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson, ownersOf, type ReservationData } from './reservation.ts';

export const HOLD_DEFAULT_MS = 15 * 60_000;
export const HOLD_CAP_DEFAULT_MS = 60 * 60_000;

export interface ReserveContext {
  nowMs: number;
  /** The new reservation's id. */
  id: string;
  newId: () => string;
  /** The rules that cover at least one line. */
  rules: readonly LimitRule[];
  /** The product of each pool, where a rule needs it. */
  products?: ReadonlyMap<string, string>;
}

const SELLING = ['OPEN'] as const;

/** Plans a reservation. Refuses what no stock could mend: a limit per order, a missing buyer. */
export function reserve(command: ReserveCommand, context: ReserveContext): Plan {
  if (context.rules.length > 0) return reserveLimited(command, context);
  const draft = new ReserveDraft(command, context);
  for (const line of command.lines) draft.take(line, []);
  return planned(draft.transaction());
}

function reserveLimited(command: ReserveCommand, context: ReserveContext): Plan {
  let lines: (LineCommand & { product?: string })[] = command.lines.map((line) => {
    const product = context.products?.get(line.pool);
    return product === undefined ? line : { ...line, product };
  });
  for (const rule of context.rules) {
    if (rule.per !== 'order') continue;
    const fitted = fitOrder(rule, lines);
    if (!Array.isArray(fitted)) return fitted;
    lines = fitted;
  }
  const perBuyer = context.rules.filter((rule) => rule.per === 'buyer');
  const { buyer } = command;
  if (perBuyer.length > 0 && buyer === undefined) {
    return refuse('buyer-required', { limit: perBuyer[0]!.limit });
  }
  const counted = perBuyer.map((rule) => countedFor(rule, buyer!, context.nowMs));
  const draft = new ReserveDraft(command, context);
  for (const each of counted) draft.under(each);
  for (const line of lines) {
    draft.take(
      line,
      counted.filter(({ rule }) => covers(rule, line)),
    );
  }
  return planned(draft.transaction());
}

/** Collects the parts of the transaction line by line. */
class ReserveDraft {
  readonly #command: ReserveCommand;
  readonly #context: ReserveContext;
  readonly #guards: Guard[] = [];
  #floors: Floor[] | undefined;
  readonly #moves: Move[] = [];
  readonly #claims: MoveClaim[] = [];
  #limitClaims: MoveClaim[] | undefined;
  #windows: Map<Counted, MoveClaim[]> | undefined;
  readonly #data: ReservationData;
  #partial = false;

  constructor(command: ReserveCommand, context: ReserveContext) {
    this.#command = command;
    this.#context = context;
    const holdMs = command.holdForMs ?? HOLD_DEFAULT_MS;
    const capMs = command.holdCapMs ?? Math.max(holdMs, HOLD_CAP_DEFAULT_MS);
    this.#data = { lines: [], capAtMs: context.nowMs + capMs };
    if (command.metadata !== undefined) this.#data.metadata = command.metadata;
  }

  under(counted: Counted): void {
    this.#guards.push(ruleGuard(counted.rule));
    this.#floors ??= [];
    this.#floors.push(counted.floor);
  }

  take(line: LineCommand, counted: readonly Counted[]): void {
    const accounts = poolAccounts(line.pool);
    const index = this.#moves.length;
    const legs: Leg[] = [{ from: accounts.available, to: accounts.held }];
    for (const each of counted) {
      const claim = { move: index, leg: legs.length, undo: each.accounts.used };
      legs.push(each.leg);
      this.#count(each, claim, index);
    }
    const move: Move = { legs, quantity: line.quantity };
    if (line.quantityMin !== undefined) {
      move.quantityMin = line.quantityMin;
      this.#partial = true;
    }
    this.#guards.push({ document: poolDocumentId(line.pool), stateIn: SELLING });
    this.#moves.push(move);
    this.#claims.push({ move: index, leg: 0, undo: { release: line.pool } });
    this.#data.lines.push({ pool: line.pool, asked: line.quantity });
  }

  transaction(): Transaction {
    const { id } = this.#context;
    const allowances = this.#allowances();
    const write: DocumentWrite = {
      id,
      kind: 'reservation',
      state: 'HELD',
      data: asJson(this.#data),
      ...this.#keys(),
      deadline: { afterMs: this.#command.holdForMs ?? HOLD_DEFAULT_MS },
      claims: this.#limitClaims ? [...this.#claims, ...this.#limitClaims] : this.#claims,
    };
    const transaction: Transaction = {
      guards: this.#guards,
      moves: this.#moves,
      writes: allowances.length > 0 ? [write, ...allowances] : [write],
      events: [{ type: 'reservation.held', subject: id }],
    };
    if (this.#floors !== undefined) transaction.floors = this.#floors;
    // A partial cart that was granted nothing at all is a refusal.
    if (this.#partial) transaction.grantedMin = 1;
    return transaction;
  }

  #keys() {
    const { buyer, reference } = this.#command;
    const keys: Pick<DocumentWrite, 'buyer' | 'reference' | 'owners'> = {
      owners: ownersOf(this.#data.lines),
    };
    if (buyer !== undefined) keys.buyer = buyer;
    if (reference !== undefined) keys.reference = reference;
    return keys;
  }

  /** A window limit is held by a document of its own, because it ends at another time. */
  #count(counted: Counted, claim: MoveClaim, line: number): void {
    const { rule } = counted;
    if (rule.windowMs !== undefined) {
      this.#windows ??= new Map();
      const claims = this.#windows.get(counted);
      if (claims === undefined) this.#windows.set(counted, [claim]);
      else claims.push(claim);
      return;
    }
    this.#limitClaims ??= [];
    this.#limitClaims.push(claim);
    this.#data.limits ??= [];
    this.#data.limits.push({ line, limit: rule.limit, returns: rule.returnsGiveBack === true });
  }

  #allowances(): DocumentWrite[] {
    const writes: DocumentWrite[] = [];
    for (const [{ rule }, claims] of this.#windows ?? []) {
      const lines = claims.map((claim) => claim.move);
      const id = this.#context.newId();
      this.#data.allowances ??= [];
      this.#data.allowances.push(id);
      writes.push(allowanceWrite({ id, rule, reservation: this.#context.id, lines, claims }));
    }
    return writes;
  }
}
