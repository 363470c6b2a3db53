// What the figures of `bench redis` work with: the store, what is beside it, how large it all is, and where
// progress is told.

import type { Figure } from '../figure.ts';
import type { HandWrittenScript } from './hand-written-script.ts';
import type { RedisStore } from './redis-store.ts';
import type { RedisScale } from './scale.ts';

export interface StoreParts {
  store: RedisStore;
  scale: RedisScale;
  /** Waited for, so that a caller may look at the store between two slices. */
  say: (line: string) => void | Promise<void>;
}

export interface RedisParts extends StoreParts {
  hand: HandWrittenScript;
  /** The program `holdfast`. */
  program: string;
}

/** A store in several slots of a cluster, and one in one of its slots. */
export interface ClusterParts extends StoreParts {
  one: RedisStore;
}

/** What is measured with them. */
export interface PartsFigure<P> {
  name: string;
  measure: (parts: P) => Promise<Figure>;
}

export type RedisFigure = PartsFigure<RedisParts>;
