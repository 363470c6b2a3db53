// What is written and read of waiting rooms: the room of a sale, places in it, and how they stand.

import { type Static, Type } from 'typebox';
import { ROOM_MULTIPLE_MAX } from '../../kernel/sale-room.ts';
import { closed, Duration, Instant, Text } from './parts.ts';

const { Optional } = Type;

export const RoomShape = Type.Object(
  {
    multiple: Type.Integer({
      minimum: 1,
      maximum: ROOM_MULTIPLE_MAX,
      description: 'Passes that are out are at most so many for each unit that is left.',
    }),
    passFor: Optional(Duration('How long a pass is good, 1s to 24h. Default 5 minutes.')),
    awayAfter: Optional(
      Duration('Who is silent for so long is passed over, 3s to 1h. Default 30 seconds.'),
    ),
  },
  closed,
);

/** A signed text has a few hundred characters. */
const Token = Type.String({ minLength: 1, maxLength: 2_048 });

export const JoinBody = Type.Object({ buyer: Text() }, closed);
export const PlaceBody = Type.Object({ place: Token }, closed);
export const PlaceQuery = Type.Object({ place: Token }, closed);

export const PlaceShape = Type.Object({
  place: Type.String({ description: 'Signed: whoever shows it stands there.' }),
  state: Type.Unsafe<'WAITING' | 'ADMITTED'>({ type: 'string', enum: ['WAITING', 'ADMITTED'] }),
  ahead: Type.Integer({ minimum: 0, description: 'How many stand before it.' }),
  heartbeatEvery: Duration('How often it must be shown, or watched, so as not to be passed over.'),
  pass: Optional(Type.String({ description: 'For one order in the sale.' })),
  passExpiresAt: Optional(Instant),
});

/** Of a place that is given up. */
export const PlaceLeft = Type.Object({ state: Type.Literal('OVER'), reason: Type.Literal('left') });

export type RoomOutside = Static<typeof RoomShape>;
export type JoinIn = Static<typeof JoinBody>;
export type PlaceIn = Static<typeof PlaceBody>;
export type PlaceLeftOutside = Static<typeof PlaceLeft>;
export type PlaceOutside = Static<typeof PlaceShape>;
