// Shows notices and their messages in the outside format. Changes names and notations only.

import type { Preview } from '../uses/notices/notice-preview.ts';
import type { MessageDelivery, Notice } from '../uses/notices/notice-views.ts';
import { formatDuration } from './duration.ts';
import { formatInstant } from './instant.ts';
import type { MessageOutside, NoticeOutside, PreviewOutside } from './shapes/notice-shapes.ts';
import { showDelivered } from './webhook-views.ts';

export function showNotice(value: Notice): NoticeOutside {
  const { notice, sender, events, to, subject, text, language, timeZone, state, version } = value;
  return {
    notice,
    sender,
    events,
    to,
    ...(subject === undefined ? {} : { subject }),
    text,
    language,
    timeZone,
    within: formatDuration(value.withinMs),
    state,
    version,
    createdAt: formatInstant(value.createdAtMs),
    updatedAt: formatInstant(value.updatedAtMs),
  };
}

export function showMessage({ id, notice, untilMs, ...rest }: MessageDelivery): MessageOutside {
  return { id, notice, ...showDelivered(rest), until: formatInstant(untilMs) };
}

export function showPreview(preview: Preview): PreviewOutside {
  const { event, to, subject, text, problem, empty, wrong } = preview;
  return {
    event,
    to,
    ...(subject === undefined ? {} : { subject }),
    text,
    ...(problem === undefined ? {} : { problem }),
    empty,
    wrong,
  };
}
