// A notice: which events tell a buyer what, through which sender. Its states, and how long after an event
// it is worth sending. Fills in no text and calls nobody.

import type { Document } from '../engines/contract.ts';
import { deliveryData, replay } from './delivery.ts';
import {
  type EndpointContext,
  type EndpointData,
  endpointChanged,
  endpointName,
  layDown,
  stateAsked,
} from './endpoint.ts';
import {
  LANGUAGE_DEFAULT,
  type NoticeCommand,
  TIME_ZONE_DEFAULT,
  TO_DEFAULT,
  WITHIN_DEFAULT_MS,
} from './notice-commands.ts';
import type { Plan } from './plan.ts';
import { type RefusalCode, refuse } from './refusals.ts';

/** REMOVED: somebody took it away; its name may be used again. */
export type NoticeState = 'ACTIVE' | 'PAUSED' | 'REMOVED';
export type NoticeVerbName = 'activate' | 'pause' | 'remove';

const STANDING = { activate: 'ACTIVE', pause: 'PAUSED', remove: 'REMOVED' } as const;

/** For each state and verb the state that follows, or why not. */
export const NOTICE_TRANSITIONS: Record<
  NoticeState,
  Record<NoticeVerbName, NoticeState | RefusalCode>
> = {
  ACTIVE: STANDING,
  PAUSED: STANDING,
  REMOVED: { ...STANDING, remove: 'unknown-notice' },
};

export interface NoticeData extends EndpointData {
  sender: string;
  /** Templates. */
  to: string;
  subject?: string;
  text: string;
  language: string;
  timeZone: string;
  /** How long after the event. */
  withinMs: number;
}

export function noticeId(name: string): string {
  return `notice:${name}`;
}

export function noticeData(document: Document): NoticeData {
  return document.data as unknown as NoticeData;
}

/** Creates a notice, or changes it. What is on its way is sent as the notice is by then. */
export function putNotice(command: NoticeCommand, context: EndpointContext): Plan {
  const { notice, sender, events, to, subject, text, language, timeZone, withinMs } = command;
  const data: Omit<NoticeData, 'after'> = {
    sender,
    events,
    to: to ?? TO_DEFAULT,
    text,
    language: language ?? LANGUAGE_DEFAULT,
    timeZone: timeZone ?? TIME_ZONE_DEFAULT,
    withinMs: withinMs ?? WITHIN_DEFAULT_MS,
  };
  if (subject !== undefined) data.subject = subject;
  return layDown(
    {
      kind: 'notice',
      id: noticeId(notice),
      state: stateAsked(command.state, context.found),
      data,
      created: 'notice.created',
      changed: 'notice.changed',
    },
    context,
  );
}

/** Nobody is told by it any more; what is on its way fails. */
export function removeNotice(document: Document): Plan {
  const next = NOTICE_TRANSITIONS[document.state as NoticeState].remove;
  if (!(next in NOTICE_TRANSITIONS)) {
    return refuse(next as RefusalCode, { notice: endpointName(document) });
  }
  const data = noticeData(document);
  return endpointChanged(document, { state: next, data, event: 'notice.removed' });
}

/** Until when a message about what happened then is worth sending. */
export function worthUntilMs(notice: Document, atMs: number): number {
  return atMs + noticeData(notice).withinMs;
}

/** Whether it must not be sent any more. */
export function isTooLate(message: Document, nowMs: number): boolean {
  return deliveryData(message).untilMs <= nowMs;
}

/** Sends one again that is over, if by the notice as it is now that is not too late. */
export function replayMessage(message: Document, notice: Document, nowMs: number): Plan {
  const untilMs = worthUntilMs(notice, deliveryData(message).atMs);
  if (untilMs <= nowMs) return refuse('message-too-late', { delivery: message.id, at: untilMs });
  return replay(message, nowMs, untilMs);
}
