// The engines that returns are tried on, each with a time that the test moves.

import { MemoryEngine } from '../../src/engines/memory.ts';
import { postgresMissing } from '../support/postgres.ts';
import { postgresKind } from '../support/postgres-kind.ts';
import { ReturningShop } from '../support/returning.ts';
import { sqliteKind } from '../support/sqlite-kind.ts';

const POOLS = ['tea', 'cups'];

export const ENGINES = [
  {
    name: 'memory',
    runs: 300,
    skip: false as const,
    open: () => ReturningShop.open(POOLS, async (time) => new MemoryEngine({ time })),
  },
  {
    name: 'sqlite',
    runs: 15,
    skip: false as const,
    open: () => ReturningShop.open(POOLS, sqliteKind.open),
  },
  {
    name: 'postgres',
    runs: 8,
    skip: postgresMissing() ?? (false as const),
    open: () => ReturningShop.open(POOLS, postgresKind.open),
  },
];
