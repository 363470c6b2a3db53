// What a caller may ask of notices, as plain data, with its bounds. A template that cannot be read is
// refused here, before anybody is to be told anything by it.

import { checkPool, checkText, invalid } from './check-command.ts';
import { checkTimeZone } from './check-limit.ts';
import { checkEvents } from './endpoint.ts';
import type { Refused } from './refusals.ts';
import { readTemplate } from './template.ts';

export interface NoticeCommand {
  /** Its name: as a pool's id. */
  notice: string;
  /** The name of the sender that messages go through. */
  sender: string;
  /** `waiter.offered`, `order.*` or `*`; 1 to 50 of them. */
  events: string[];
  /** Template of the address. Default: the buyer as the shop calls him. */
  to?: string;
  /** Template of the subject, for senders that know one. */
  subject?: string;
  /** Template of the text. */
  text: string;
  /** How money and times are written: a language tag such as `de` (BCP 47). Default `en`. */
  language?: string;
  /** Default `UTC`. */
  timeZone?: string;
  /** How long after the event it is worth sending: 1 minute to 72 hours. Default 24 hours. */
  withinMs?: number;
  /** PAUSED: messages are made and wait. Default: as it was, ACTIVE for a new one. */
  state?: 'ACTIVE' | 'PAUSED';
}

/** What a preview shows a notice with: one of these, or nothing for an example. */
export interface PreviewCommand {
  notice: string;
  order?: string;
  reservation?: string;
  waiter?: string;
  return?: string;
  /** Default: the first type that the notice names. */
  event?: string;
}

export const TO_DEFAULT = '{{buyer}}';
export const LANGUAGE_DEFAULT = 'en';
export const TIME_ZONE_DEFAULT = 'UTC';
export const WITHIN_DEFAULT_MS = 24 * 3_600_000;
export const WITHIN_MIN_MS = 60_000;
export const WITHIN_MAX_MS = 72 * 3_600_000;
export const LINE_TEMPLATE_MAX = 1_024;
export const TEXT_TEMPLATE_MAX = 20_000;

const EVENT_TYPE_MAX = 64;
const EVENT_TYPE = /^[a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*$/;

type Checked = Refused | undefined;

/** Would end a line of a header, or stand in it as something else. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/u;

/** Whether a text may stand in one line: an address, a subject. */
export function isOneLine(text: string): boolean {
  return !CONTROLS.test(text);
}

export function checkNotice(command: NoticeCommand): Checked {
  const { notice, sender, events, to, subject, text, language, timeZone, withinMs } = command;
  return (
    checkPool(notice, 'notice') ??
    checkPool(sender, 'sender') ??
    checkEvents(events) ??
    checkLine(to, 'to') ??
    checkLine(subject, 'subject') ??
    (text === undefined ? invalid('text', 'a template') : undefined) ??
    checkText(text, 'text', TEXT_TEMPLATE_MAX) ??
    checkTemplate(text, 'text') ??
    checkLanguage(language) ??
    checkTimeZone(timeZone) ??
    checkWithin(withinMs) ??
    (command.state === undefined || command.state === 'ACTIVE' || command.state === 'PAUSED'
      ? undefined
      : invalid('state', 'ACTIVE or PAUSED'))
  );
}

/** A preview is of one document, or of none. */
export function checkPreview({ event, ...named }: PreviewCommand): Checked {
  const { order, reservation, waiter, return: goods } = named;
  const ids = Object.entries({ order, reservation, waiter, return: goods });
  const [first, second] = ids.filter(([, id]) => id !== undefined);
  if (second !== undefined) return invalid(second[0], `nothing beside ${first![0]}`);
  const wrong = first && checkText(first[1], first[0]);
  if (wrong !== undefined) return wrong;
  if (event === undefined || (event.length <= EVENT_TYPE_MAX && EVENT_TYPE.test(event))) return;
  return invalid('event', 'a type such as order.reserved');
}

function checkLine(text: string | undefined, field: string): Checked {
  if (text === undefined) return undefined;
  const wrong = checkText(text, field, LINE_TEMPLATE_MAX) ?? checkTemplate(text, field);
  if (wrong !== undefined) return wrong;
  return isOneLine(text) ? undefined : invalid(field, 'one line, without control characters');
}

function checkTemplate(text: string, field: string): Checked {
  const read = readTemplate(text);
  return read.ok ? undefined : invalid(field, `a template that can be read (${read.wrong})`);
}

function checkLanguage(language: string | undefined): Checked {
  if (language === undefined) return undefined;
  try {
    if (Intl.NumberFormat.supportedLocalesOf(language).length === 1) return undefined;
  } catch {
    // It is no tag at all.
  }
  return invalid('language', 'a language tag such as en or de-CH');
}

function checkWithin(withinMs: number | undefined): Checked {
  if (withinMs === undefined) return undefined;
  const isWhole = Number.isSafeInteger(withinMs);
  if (isWhole && withinMs >= WITHIN_MIN_MS && withinMs <= WITHIN_MAX_MS) return undefined;
  return invalid('within', 'a duration from 1m to 72h');
}
