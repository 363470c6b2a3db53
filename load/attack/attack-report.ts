// What an attack run says at its end: a row for each way of trying, a check for each promise. Judges from outside: by
// what was answered, by the journal, and by `holdfast verify`.

import type { Check } from '../sale/sale-report.ts';
import type { AttackOptions, AttackRun } from './attack-run.ts';
import { hadAtOnce } from './caps.ts';
import { PER_ADDRESS, PER_BUYER, type Sizes } from './field.ts';
import type { Flooded } from './flood.ts';
import { SALE_POOL } from './sale-of-attack.ts';
import { type Row, rowHolds } from './tally.ts';

export interface AttackRow extends Row {
  holds: boolean;
}

export interface AttackReport {
  name: 'attack';
  ok: boolean;
  setup: string;
  servers: number;
  sizes: Sizes;
  units: number;
  tookSeconds: number;
  honest: {
    buyers: number;
    unaffected: number;
    /** How it went for how many. */
    outcomes: Record<string, number>;
    /** Asked again after a 503, all together; the checkout itself never is. */
    askedAgain: number;
    waitedP50Ms: number;
    waitedP99Ms: number;
    answeredP50Ms: number;
    answeredP99Ms: number;
  };
  flooded: Flooded;
  rows: AttackRow[];
  checks: Check[];
}

const UNAFFECTED_MIN = 0.95;
const IN_OTHER_SALE = 50;
/** Of these no attempt may bring an order. */
const TOKENS = ['forged', 'replayed', 'stolen'];

export function attackReport(run: AttackRun, options: AttackOptions): AttackReport {
  const { setup, servers, sizes } = options;
  const rows = run.rows.map((row) => ({ ...row, holds: rowHolds(row) }));
  const honest = honestOf(run);
  const checks = checksOf({ run, rows, honest });
  const isOk = checks.every(({ holds }) => holds);
  return {
    ...{ name: 'attack', ok: isOk, setup, servers, sizes, units: run.units },
    ...{ tookSeconds: Math.round(run.tookSeconds), honest, flooded: run.flooded, rows, checks },
  };
}

function honestOf({ honest }: AttackRun): AttackReport['honest'] {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of honest) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const waited = honest.map(({ waitedMs }) => waitedMs);
  const answered = honest.map(({ answeredMs }) => answeredMs);
  return {
    buyers: honest.length,
    // There is enough for all: an order at the first try, and paid, is the one good end.
    unaffected: honest.filter(({ outcome, paid }) => outcome === 'order' && paid).length,
    outcomes,
    askedAgain: honest.reduce((sum, each) => sum + each.askedAgain, 0),
    waitedP50Ms: quantile(waited, 0.5),
    waitedP99Ms: quantile(waited, 0.99),
    answeredP50Ms: quantile(answered, 0.5),
    answeredP99Ms: quantile(answered, 0.99),
  };
}

interface Judged {
  run: AttackRun;
  rows: readonly AttackRow[];
  honest: AttackReport['honest'];
}

function checksOf({ run, rows, honest }: Judged): Check[] {
  const { entries, addresses, units, home } = run;
  const had = hadAtOnce(entries, { pool: SALE_POOL, addresses });
  const told = run.ordersOfOthers + run.honest.filter(({ order }) => order !== undefined).length;
  const paid = run.honest.filter((each) => each.paid).length;
  const share = honest.unaffected / honest.buyers;
  return [
    ...TOKENS.map((attack) => exactly(`${attack} tokens admitted`, admitted(rows, attack), 0)),
    exactly('answers that are not the right refusal', wrongAnswers(rows), 0),
    exactly('ways of trying that ended otherwise', rows.filter((row) => !row.holds).length, 0),
    exactly('most units of one account, at any moment', had.perBuyer.most, PER_BUYER),
    exactly('most units of one address, at any moment', had.perAddress.most, PER_ADDRESS),
    exactly('orders of the flood', run.flooded.orders, 0),
    {
      name: 'honest buyers unaffected',
      holds: share >= UNAFFECTED_MIN,
      found: `${honest.unaffected} of ${honest.buyers}`,
      allowed: `at least ${UNAFFECTED_MIN * 100} %`,
    },
    exactly('orders in the journal that nobody was told of', had.reservations - told, 0),
    exactly('units sold, by the journal, and paid, by the answers', had.sold, paid),
    exactly('units back home', home.available, units + IN_OTHER_SALE - had.sold),
    exactly('units still held', home.held, 0),
    { name: 'verify', holds: run.verify.ok, found: run.verify.said, allowed: 'no problem' },
  ];
}

/** Orders beyond those that genuine tokens among them may bring. */
function admitted(rows: readonly Row[], attack: string): number {
  return rows
    .filter((row) => row.attack === attack)
    .reduce((sum, { orders, admits }) => sum + Math.max(0, orders - (admits.exactly ?? 0)), 0);
}

function wrongAnswers(rows: readonly Row[]): number {
  return rows
    .flatMap(({ answers, mayAnswer }) =>
      Object.entries(answers).filter(([code]) => code !== 'order' && !mayAnswer.includes(code)),
    )
    .reduce((sum, [, count]) => sum + count, 0);
}

function exactly(name: string, found: number, allowed: number): Check {
  return { name, holds: found === allowed, found, allowed };
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
}

export function summaryLines(report: AttackReport): string[] {
  const { setup, servers, honest, flooded, rows, checks, tookSeconds } = report;
  const counted = (counts: Record<string, number>) =>
    Object.entries(counts).map(([code, count]) => `${code} ${count}`);
  return [
    `${setup}, ${servers} server(s), ${tookSeconds} s under attack`,
    ...rows.map(
      ({ attack, how, tried, orders, answers, holds }) =>
        `${holds ? ' ' : 'X'} ${attack}: ${how}: ${tried} tried, ${orders} orders (${counted(answers).join(', ')})`,
    ),
    `  flood: ${flooded.tried} tried, ${flooded.orders} orders (refused ${flooded.refused}, others ${flooded.others})`,
    `honest: ${counted(honest.outcomes).join(', ')}; asked again after a 503 ${honest.askedAgain}; waited p50 ${honest.waitedP50Ms} ms, p99 ${honest.waitedP99Ms} ms; answered p50 ${honest.answeredP50Ms} ms, p99 ${honest.answeredP99Ms} ms`,
    ...checks.map(
      ({ name, holds, found, allowed }) =>
        `${holds ? 'holds' : 'DOES NOT HOLD'}: ${name}: ${found} (${allowed})`,
    ),
  ];
}
