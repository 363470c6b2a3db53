// Changes a held cart in one step: takes what is new, lets go of what is gone, and leaves the rest
// untouched, so that no unit of the cart is ever up for grabs in between.

import type { AccountId, Claim, DocumentWrite, Floor, Guard, Move } from '../engines/contract.ts';
import { poolAccounts, poolDocumentId } from './accounts.ts';
import { allowanceWrite } from './allowance.ts';
import type { ChangeCommand } from './commands.ts';
import { countedBy } from './fitted-lines.ts';
import { giveBack, type Holding, versionGuard } from './give-back.ts';
import { type Counted, covers, fitOrder, ruleGuard } from './limits.ts';
import { gatherFor, placedLine, seatOf } from './placed.ts';
import { type Plan, planned, transition } from './plan.ts';
import { ON_SALE } from './pool.ts';
import { refuse } from './refusals.ts';
import {
  asJson,
  type LimitClaimData,
  type LineData,
  nextOf,
  ownersOf,
  type ReservationData,
  reservationData,
} from './reservation.ts';
import type { ReserveContext } from './reserve.ts';
import { wholePool } from './segments.ts';

interface WantedLine {
  pool: string;
  /** The segment of it that has the units. */
  at?: string;
  quantity: number;
  product?: string;
  /** The line of the cart that it continues. */
  before?: number;
}

/** Plans the change. Limits count the difference only; the deadline stays. */
export function change(holding: Holding, command: ChangeCommand, context: ReserveContext): Plan {
  const { document } = holding;
  const next = transition(holding, 'change');
  if (!next.ok) return next;
  const data = reservationData(document);
  // It has what was offered, and is taken at the price of that.
  if (data.waiter !== undefined) return refuse('belongs-to-offer', { reservation: document.id });
  const wanted = matchLines(data.lines, command, context);
  for (const rule of context.rules) {
    if (rule.per !== 'order') continue;
    const fitted = fitOrder(rule, wanted);
    if (!Array.isArray(fitted)) return fitted;
  }
  const counted = countedBy(document.buyer, context);
  if ('ok' in counted) return counted;
  return planned(new ChangeDraft({ holding, data, wanted, counted, context }).transaction());
}

function matchLines(
  lines: readonly LineData[],
  command: ChangeCommand,
  context: ReserveContext,
): WantedLine[] {
  const free = new Map<string, number[]>();
  // All that a cart has of a pool is in one segment, and so is what joins it.
  const seats = new Map<string, string>();
  lines.forEach((line, index) => {
    const pool = wholePool(line.pool);
    seats.set(pool, line.pool);
    const indexes = free.get(pool);
    if (indexes === undefined) free.set(pool, [index]);
    else indexes.push(index);
  });
  return command.lines.map(({ pool, quantity }) => {
    const line: WantedLine = placedLine({ pool, quantity }, context.placed);
    const at = seats.get(pool);
    if (at !== undefined) line.at = at;
    const before = free.get(pool)?.shift();
    if (before !== undefined) line.before = before;
    const product = context.products?.get(pool);
    if (product !== undefined) line.product = product;
    return line;
  });
}

interface ChangeParts {
  holding: Holding;
  data: ReservationData;
  wanted: readonly WantedLine[];
  counted: readonly Counted[];
  context: ReserveContext;
}

class ChangeDraft {
  readonly #parts: ChangeParts;
  readonly #guards: Guard[] = [];
  readonly #takes: Move[] = [];
  /** Lines of segmented pools that take more, by how much. */
  readonly #more: WantedLine[] = [];
  readonly #claims: Claim[] = [];
  readonly #limitClaims: Claim[] = [];
  readonly #limits: LimitClaimData[] = [];
  readonly #windows = new Map<Counted, { lines: number[]; claims: Claim[] }>();

  constructor(parts: ChangeParts) {
    this.#parts = parts;
  }

  transaction() {
    const { holding, data, wanted, counted } = this.#parts;
    const { document } = holding;
    const target = new Map<number, number>();
    for (const line of wanted) {
      if (line.before !== undefined) target.set(line.before, line.quantity);
    }
    const released = data.lines.map((_, index) =>
      Math.max(0, document.claims[index]!.quantity - (target.get(index) ?? 0)),
    );
    const back = giveBack(holding, released);
    wanted.forEach((line, index) => {
      this.#line(line, index, back.claims);
    });
    const floors: Floor[] = counted.map((each) => each.floor);
    for (const { rule } of counted) this.#guards.push(ruleGuard(rule));
    const { writes, ids } = this.#allowances(back.writes);
    const changed: ReservationData = {
      ...data,
      lines: wanted.map((line) => ({ pool: seatOf(line), asked: line.quantity })),
      limits: this.#limits,
      allowances: [...(data.allowances ?? []), ...ids],
    };
    const takes = this.#taking();
    return {
      guards: [...back.guards, { document: document.id, due: false }, ...takes.guards],
      floors,
      // What is let go comes first: a limit per buyer may need it for what is taken.
      moves: [...back.moves, ...takes.moves],
      writes: [
        {
          ...nextOf(document, 'HELD', asJson(changed)),
          owners: ownersOf(wanted),
          ...this.#frees(),
          deadline: { keep: true as const },
          claims: [...this.#claims, ...this.#limitClaims],
        },
        ...writes,
      ],
      events: [{ type: 'reservation.changed', subject: document.id }],
    };
  }

  /** What is taken; from all segments where one had too little. */
  #taking(): { guards: Guard[]; moves: Move[] } {
    const { placed } = this.#parts.context;
    const taken = { guards: this.#guards, moves: this.#takes, events: [] };
    if (placed?.wide !== true) return taken;
    const { guards = [], moves = [] } = gatherFor(taken, this.#more, placed);
    return { guards, moves };
  }

  /** The buyer's accounts under windows, counted before this change or by it. */
  #frees(): { frees?: AccountId[] } {
    const accounts = new Set(this.#parts.holding.document.frees ?? []);
    for (const { accounts: counted } of this.#windows.keys()) accounts.add(counted.used);
    return accounts.size > 0 ? { frees: [...accounts] } : {};
  }

  #line(line: WantedLine, index: number, kept: readonly Claim[]): void {
    const { data, counted, context } = this.#parts;
    const { before } = line;
    const pool = seatOf(line);
    const accounts = poolAccounts(pool);
    const standing = before === undefined ? 0 : kept[before]!.quantity;
    this.#claims.push({ account: accounts.held, undo: { release: pool }, quantity: line.quantity });
    (data.limits ?? []).forEach((entry, at) => {
      const claim = kept[data.lines.length + at]!;
      if (entry.line !== before || claim.quantity === 0) return;
      this.#limits.push({ ...entry, line: index });
      this.#limitClaims.push(claim);
    });
    const more = line.quantity - standing;
    if (more === 0) return;
    this.#more.push({ ...line, quantity: more });
    // What a pool had before it had segments may still be in a cart.
    const stateIn = context.placed?.places.has(line.pool) ? ON_SALE : ['OPEN'];
    this.#guards.push({ document: poolDocumentId(pool), stateIn });
    const legs = [{ from: accounts.available, to: accounts.held }];
    for (const each of counted) {
      if (!covers(each.rule, line)) continue;
      legs.push({ from: each.leg.from, to: each.leg.to });
      this.#count(each, index, more);
    }
    this.#takes.push({ legs, quantity: more });
  }

  #count(counted: Counted, line: number, quantity: number): void {
    const { rule, accounts } = counted;
    const claim: Claim = { account: accounts.granted, undo: accounts.used, quantity };
    if (rule.windowMs === undefined) {
      this.#limits.push({ line, limit: rule.limit, returns: rule.returnsGiveBack === true });
      this.#limitClaims.push(claim);
      return;
    }
    const window = this.#windows.get(counted) ?? { lines: [], claims: [] };
    window.lines.push(line);
    window.claims.push(claim);
    this.#windows.set(counted, window);
  }

  /** New allowances, and the old ones with the numbers of the lines as they are now. */
  #allowances(kept: readonly DocumentWrite[]): { writes: DocumentWrite[]; ids: string[] } {
    const { holding, context, wanted } = this.#parts;
    const writes: DocumentWrite[] = [];
    const ids: string[] = [];
    const moved = new Map<number, number>();
    wanted.forEach(({ before }, index) => {
      if (before !== undefined) moved.set(before, index);
    });
    for (const allowance of holding.allowances) {
      if (allowance.state !== 'COUNTED') continue;
      const given = kept.find(({ id }) => id === allowance.id);
      writes.push(renumber(allowance, given, moved));
      if (given === undefined) this.#guards.push(versionGuard(allowance));
    }
    for (const [{ rule }, { lines, claims }] of this.#windows) {
      const id = context.newId();
      ids.push(id);
      writes.push(allowanceWrite({ id, rule, reservation: holding.document.id, lines, claims }));
    }
    return { writes, ids };
  }
}

function renumber(
  allowance: { id: string; kind: string; state: string; data: object; claims: Claim[] },
  given: DocumentWrite | undefined,
  moved: ReadonlyMap<number, number>,
): DocumentWrite {
  const write = given ?? {
    id: allowance.id,
    kind: allowance.kind,
    state: allowance.state,
    data: asJson(allowance.data),
    deadline: { keep: true as const },
    claims: allowance.claims,
  };
  const { lines } = write.data as unknown as { lines: number[] };
  return { ...write, data: { ...write.data, lines: lines.map((line) => moved.get(line) ?? -1) } };
}
