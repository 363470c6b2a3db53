// What the figures of `bench redis` work with: the store, what is beside it, how large it all is, and where
// progress is told.

import type { Figure } from '../figure.ts';
import type { HandWrittenScript } from './hand-written-script.ts';
import type { RedisStore } from './redis-store.ts';
import type { RedisScale } from './scale.ts';

export interface RedisParts {
  store: RedisStore;
  hand: HandWrittenScript;
  scale: RedisScale;
  /** The program `holdfast`. */
  program: string;
  say: (line: string) => void;
}

/** What is measured with them. */
export interface RedisFigure {
  name: string;
  measure: (parts: RedisParts) => Promise<Figure>;
}
