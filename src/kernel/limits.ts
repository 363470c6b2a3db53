// Purchase limits: per order, per buyer, per buyer and calendar period, per buyer over a sliding
// window. A limit is an account that may go down to minus its ceiling, so the stock and the limit
// are taken by one move with two legs. Must not keep counts of its own.

import type { Document, DocumentId, Floor, JsonObject } from '../engines/contract.ts';
import { type LimitAccounts, limitAccounts, limitDocumentId } from './accounts.ts';
import type { CalendarPeriod, PutLimitCommand } from './commands.ts';
import { type Refused, refuse } from './refusals.ts';

export interface LimitRule extends PutLimitCommand {
  version: number;
  /** Where it is laid down, if not in a document of its own. */
  document?: DocumentId;
  /** Whom it counts for, whoever buys: the key of an address; the pool that all buyers share. */
  countsFor?: string;
}

/** A product's pools share its limits, so a rule may need to know the product of a pool. */
export interface LimitedLine {
  pool: string;
  product?: string;
  quantity: number;
  quantityMin?: number;
}

export function limitRule(document: Document): LimitRule {
  return { ...(document.data as unknown as PutLimitCommand), version: document.version };
}

export function limitData(command: PutLimitCommand): JsonObject {
  // A copy: what the caller does to its lists afterwards must not change the rule.
  return JSON.parse(JSON.stringify(command));
}

/** Whether a rule must be told the product of each line. */
export function needsProduct(rule: LimitRule): boolean {
  return rule.scope !== 'all' && 'products' in rule.scope;
}

export function covers(rule: LimitRule, line: { pool: string; product?: string }): boolean {
  if (rule.scope === 'all') return true;
  if ('pools' in rule.scope) return rule.scope.pools.includes(line.pool);
  return line.product !== undefined && rule.scope.products.includes(line.product);
}

/** How one line is counted under one rule: a leg beside the stock's, and what gives it back. */
export interface Counted {
  rule: LimitRule;
  accounts: LimitAccounts;
  floor: Floor;
  leg: { from: string; to: string };
}

/** The account that counts a buyer's units now. */
export function countedFor(rule: LimitRule, buyer: string, nowMs: number): Counted {
  const period = rule.period && periodKey(rule.period, nowMs, rule.timeZone ?? 'UTC');
  const accounts = limitAccounts(rule.limit, buyer, period);
  return {
    rule,
    accounts,
    floor: { account: accounts.used, floor: -rule.quantityMax },
    leg: { from: accounts.used, to: accounts.granted },
  };
}

/**
 * Cuts partial lines down to what a per-order rule leaves them; refuses when even the least that
 * they ask is too much.
 */
export function fitOrder<L extends LimitedLine>(rule: LimitRule, lines: L[]): L[] | Refused {
  let least = 0;
  for (const line of lines) {
    if (covers(rule, line)) least += line.quantityMin ?? line.quantity;
  }
  if (least > rule.quantityMax) {
    const details = { limit: rule.limit, quantityMax: rule.quantityMax, quantity: least };
    return refuse('limit-exceeded', details);
  }
  // None is partial: what is asked is the least.
  if (lines.every(({ quantityMin }) => quantityMin === undefined)) return lines;
  let spare = rule.quantityMax - least;
  return lines.map((line) => {
    if (!covers(rule, line) || line.quantityMin === undefined) return line;
    const extra = Math.min(spare, line.quantity - line.quantityMin);
    spare -= extra;
    return { ...line, quantity: line.quantityMin + extra };
  });
}

/** The least version of a rule that a transaction relies on. */
export function ruleGuard(rule: LimitRule) {
  return { document: rule.document ?? limitDocumentId(rule.limit), version: rule.version };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * Names the calendar period that a moment lies in: `2026-11-20`, `2026-W47` (ISO 8601 week date),
 * `2026-11` or `2026`, by the wall clock of the time zone.
 */
export function periodKey(period: CalendarPeriod, atMs: number, timeZone: string): string {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    formatters.set(timeZone, formatter);
  }
  const day = formatter.format(atMs);
  if (period === 'day') return day;
  if (period === 'month') return day.slice(0, 7);
  if (period === 'year') return day.slice(0, 4);
  return isoWeek(day);
}

function isoWeek(day: string): string {
  const dayMs = 86_400_000;
  const date = Date.parse(`${day}T00:00:00Z`);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = date + (3 - weekday) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / dayMs / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
