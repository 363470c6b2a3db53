// Makes a message to a buyer out of a notice and what happened: address, subject and text, filled in, or
// the word that says why nobody can be told. Sends nothing.

import type { JsonObject } from '../engines/contract.ts';
import { type Filled, fillTemplate, type Writers } from './fill-template.ts';
import { type Locale, momentText, withMoneyTexts } from './money-text.ts';
import type { NoticeData } from './notice.ts';
import { isOneLine } from './notice-commands.ts';
import { readTemplate } from './template.ts';
import { wrongPlaceholders } from './wrong-placeholders.ts';

/** Why a message cannot be sent as it is. */
export type MessageProblem = 'no-recipient' | 'bad-recipient' | 'bad-subject' | 'too-long';

export interface Written {
  to: string;
  subject?: string;
  text: string;
  problem?: MessageProblem;
  /** Placeholders that stood for nothing. */
  empty: string[];
}

/** What is known of an event, with the buyer as the shop calls him. */
export interface Told {
  body: JsonObject;
  buyer?: string;
}

type Templates = Pick<NoticeData, 'to' | 'subject' | 'text'>;

const RECIPIENT_MAX = 512;
const SUBJECT_MAX = 512;

export function writeMessage(notice: Templates & Locale, { body, buyer }: Told): Written {
  const known = withMoneyTexts(buyer === undefined ? body : { ...body, buyer }, notice.language);
  const writers = writersIn(notice);
  const empty = new Set<string>();
  const fill = (template: string): string | undefined => {
    const filled = filledBy(template, known, writers);
    for (const name of filled?.empty ?? []) empty.add(name);
    return filled?.text;
  };
  const to = fill(notice.to)?.trim();
  const subject = notice.subject === undefined ? '' : fill(notice.subject)?.trim();
  const text = fill(notice.text);
  const written: Written = { to: to ?? '', text: text ?? '', empty: [...empty] };
  if (subject !== undefined && subject !== '') written.subject = subject;
  const problem = problemOf({ to, subject, text });
  return problem === undefined ? written : { ...written, problem };
}

/** The placeholders of a notice that can never stand for anything, by an example that has all there is. */
export function wrongIn(notice: Templates & Locale, example: JsonObject): string[] {
  const known = withMoneyTexts(example, notice.language);
  const names = Object.keys(writersIn(notice));
  const wrong = [notice.to, notice.subject ?? '', notice.text].flatMap((text) => {
    const read = readTemplate(text);
    return read.ok ? wrongPlaceholders(read.template, known, names) : [];
  });
  return [...new Set(wrong)];
}

interface Filling {
  to: string | undefined;
  subject: string | undefined;
  text: string | undefined;
}

function problemOf({ to, subject, text }: Filling): MessageProblem | undefined {
  if (to === undefined || to.length > RECIPIENT_MAX || !isOneLine(to)) return 'bad-recipient';
  if (to === '') return 'no-recipient';
  if (subject === undefined || subject.length > SUBJECT_MAX || !isOneLine(subject)) {
    return 'bad-subject';
  }
  return text === undefined ? 'too-long' : undefined;
}

function filledBy(text: string, known: JsonObject, writers: Writers): Filled | undefined {
  const read = readTemplate(text);
  return read.ok ? fillTemplate(read.template, known, writers) : undefined;
}

function writersIn(locale: Locale): Writers {
  return { date: (text) => momentText(text, locale) };
}
