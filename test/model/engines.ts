// Which engines a sequence is run against. Every other engine is run beside the memory engine, its
// oracle; answers and journals must be the same.

import { openEngine } from '../../src/engines/open.ts';
import { memorySlotsKindOf } from '../support/memory-slots-kind.ts';
import { postgresKind, postgresKindOf } from '../support/postgres-kind.ts';
import { recordedKind } from '../support/recorded-kind.ts';
import { sharedCluster } from '../support/redis/shared-cluster.ts';
import { recordedRedisKind, redisKind } from '../support/redis-kind.ts';
import { slotsKindOf } from '../support/redis-slots-kind.ts';
import { spreadKindOf } from '../support/spread-kind.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';
import type { EngineKind } from './subject.ts';

const memory: EngineKind = {
  name: 'memory',
  open: (time) => openEngine('memory:', { time }),
  // It forgets nothing when it is closed; what is opened anew is the library over it.
  reopen: async (closed) => closed,
};

export const ENGINES = {
  memory: [memory],
  sqlite: [memory, sqliteKind],
  postgres: [memory, postgresKind],
  'postgres-conditional': [memory, postgresKindOf('conditional')],
  'postgres-optimistic': [memory, postgresKindOf('optimistic')],
  // Decided in memory, remembered in PostgreSQL.
  recorded: [memory, recordedKind],
  // Tea and its pool in the north in one part, cups in another; a sale and limits at home.
  coordinator: [memory, spreadKindOf({ name: 'of sequences', north: 'tea', south: 'cup' })],
  redis: [memory, redisKind],
  // Their journals tell more entries than memory's: judged by the naive shop alone.
  'memory-slots': [memorySlotsKindOf(11)],
  'redis-slots': [slotsKindOf(11)],
  'redis-cluster-slots': [slotsKindOf(11, sharedCluster)],
  'redis-recorded': [memory, recordedRedisKind],
} as const satisfies Record<string, readonly EngineKind[]>;

export type EngineName = keyof typeof ENGINES;
