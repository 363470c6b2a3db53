// What is written and read of notices and their messages: bodies and replies as TypeBox schemas.

import { type Static, Type } from 'typebox';
import { NOTICE_TRANSITIONS, type NoticeState } from '../../kernel/notice.ts';
import { LINE_TEMPLATE_MAX, TEXT_TEMPLATE_MAX } from '../../kernel/notice-commands.ts';
import type { MessageProblem } from '../../kernel/write-message.ts';
import { OPTIONAL_BODY } from '../check-shape.ts';
import { closed, Duration, Instant, PoolId, Text, Version } from './parts.ts';
import { DeliveryStatus, deliveryFields, EventType } from './webhook-shapes.ts';

const { Optional } = Type;
const Id = Type.String({ format: 'uuid' });

export const NoticeBody = Type.Object(
  {
    sender: Type.String({ ...PoolId, description: 'One that the server was started with.' }),
    events: Type.Array(EventType, { minItems: 1, maxItems: 50 }),
    to: Optional(
      Type.String({
        minLength: 1,
        maxLength: LINE_TEMPLATE_MAX,
        examples: ['{{order.metadata.email}}'],
        description: 'Template of the address, one line. Default: the buyer.',
      }),
    ),
    subject: Optional(
      Type.String({
        minLength: 1,
        maxLength: LINE_TEMPLATE_MAX,
        description: 'Template of the subject, one line.',
      }),
    ),
    text: Type.String({
      minLength: 1,
      maxLength: TEXT_TEMPLATE_MAX,
      examples: ['Your order is paid: {{order.total.text}}.'],
      description: 'Template of the text, in the notation of Mustache.',
    }),
    language: Optional(Text(35)),
    timeZone: Optional(Text(64)),
    within: Optional(Duration('How long after the event it is worth sending, 1m to 72h.')),
    state: Optional(
      Type.Unsafe<'ACTIVE' | 'PAUSED'>({ type: 'string', enum: ['ACTIVE', 'PAUSED'] }),
    ),
  },
  closed,
);

export const PreviewBody = Type.Object(
  {
    order: Optional(Id),
    reservation: Optional(Id),
    waiter: Optional(Id),
    return: Optional(Id),
    event: Optional(
      Type.String({
        pattern: '^[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*$',
        maxLength: 64,
        description: 'Default: one that the notice names.',
      }),
    ),
  },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const NoticeShape = Type.Object({
  notice: Type.String(),
  sender: Type.String(),
  events: Type.Array(Type.String()),
  to: Type.String(),
  subject: Optional(Type.String()),
  text: Type.String(),
  language: Type.String(),
  timeZone: Type.String(),
  within: Type.String({ description: 'How long after the event it is worth sending.' }),
  state: Type.Unsafe<NoticeState>({ type: 'string', enum: Object.keys(NOTICE_TRANSITIONS) }),
  version: Version,
  createdAt: Instant,
  updatedAt: Instant,
});

const PROBLEMS: Record<MessageProblem, true> = {
  'no-recipient': true,
  'bad-recipient': true,
  'bad-subject': true,
  'too-long': true,
};

export const PreviewShape = Type.Object({
  event: Type.String(),
  to: Type.String(),
  subject: Optional(Type.String()),
  text: Type.String(),
  problem: Optional(
    Type.Unsafe<MessageProblem>({
      type: 'string',
      enum: Object.keys(PROBLEMS),
      description: 'Why it would not be sent.',
    }),
  ),
  empty: Type.Array(Type.String(), { description: 'Placeholders that stood for nothing here.' }),
  wrong: Type.Array(Type.String(), { description: 'Placeholders that never stand for anything.' }),
});

export const MessageShape = Type.Object({
  id: Type.String({ format: 'uuid', description: "The message's id at every attempt." }),
  notice: Type.String(),
  status: DeliveryStatus,
  ...deliveryFields,
  attempts: Type.Array(
    Type.Object({
      at: Instant,
      reference: Optional(Type.String({ description: 'What whoever took it calls it.' })),
      error: Optional(Type.String({ description: 'Why nobody did: `smtp-550`, `too-late`.' })),
      tookMs: Type.Integer(),
    }),
    { description: 'The last ten, newest last.' },
  ),
  until: Type.String({ format: 'date-time', description: 'After it nothing is sent.' }),
});

export const NOTICE_COMPONENTS = {
  Notice: NoticeShape,
  Message: MessageShape,
  Preview: PreviewShape,
};

export type NoticeOutside = Static<typeof NoticeShape>;
export type PreviewOutside = Static<typeof PreviewShape>;
export type MessageOutside = Static<typeof MessageShape>;

/** As a caller writes them. */
export type NoticeIn = Static<typeof NoticeBody>;
export type PreviewIn = Static<typeof PreviewBody>;
