// `bench postgres`: the PostgreSQL engine and its servers with large tables, in turns with transactions
// written by hand, on one server. Makes schemas of its own there and drops them; counts units and
// verifies the store before it does.

import { PostgresEngine } from '../../engines/postgres/postgres-engine.ts';
import { verify } from '../../verify/verify.ts';
import type { Figure } from '../figure.ts';
import {
  HAND_WRITTEN,
  HAND_WRITTEN_CONNECTIONS,
  HandWrittenTransactions,
} from '../locking/hand-written-transactions.ts';
import { type OwnSchema, ownSchema } from '../locking/own-schema.ts';
import { LockingStore, STOCK_PER_POOL } from '../locking/store.ts';
import { ENGINE_FIGURES, engineFigures } from './engine-figures.ts';
import { HTTP_FIGURES, httpFigures } from './http-figures.ts';
import type { PostgresParts } from './postgres-parts.ts';
import type { PostgresScale } from './scale.ts';
import { POSTGRES_FULL } from './scale.ts';

export const POSTGRES_FIGURES: readonly string[] = [...ENGINE_FIGURES, ...HTTP_FIGURES];

const UNIT = 'accepted reservations';

export interface PostgresRun {
  /** Of the server to measure on. */
  engine: string;
  scale: PostgresScale;
  /** The program `holdfast`. */
  program: string;
  only?: string | undefined;
  say: (line: string) => void | Promise<void>;
}

export async function benchPostgres(run: PostgresRun): Promise<Figure[]> {
  const schemas: OwnSchema[] = [];
  try {
    for (const connectionsMax of [1, HAND_WRITTEN_CONNECTIONS]) {
      schemas.push(await ownSchema(run.engine, connectionsMax));
    }
    const [own, beside] = schemas;
    const deadlocksBefore = await deadlocks(own!);
    const parts = await filled(run, own!, beside!);
    const figures = await measured(parts, run);
    const conserved = await isWhole(parts);
    const met = (await deadlocks(own!)) - deadlocksBefore;
    return figures.map((figure) => ({
      ...figure,
      conserved: figure.conserved && conserved,
      deadlocks: met,
    }));
  } finally {
    for (const schema of schemas) {
      await schema.drop().catch((error) => {
        run.say(`the schema ${schema.schema} may be left behind: ${(error as Error).message}`);
      });
    }
  }
}

async function filled(
  { scale, say }: PostgresRun,
  own: OwnSchema,
  beside: OwnSchema,
): Promise<PostgresParts> {
  const { rows } = scale;
  const size = `${rows.toLocaleString('en')} rows`;
  say(`postgres: making ${size} in each store`);
  const stock = { stockPerPool: STOCK_PER_POOL, live: rows };
  const hand = await HandWrittenTransactions.make(beside, stock);
  const store = await LockingStore.make(own, rows);
  // What filling has left to be written is written now, and not while somebody is measured, if this
  // user may say so.
  const settle = { name: '', text: 'CHECKPOINT', patient: true };
  await own.connections.run(settle).catch(() => undefined);
  return {
    ...{ store, hand, scale, say },
    address: own.address({}),
    unit: rows === POSTGRES_FULL.rows ? `${UNIT}/s` : `${UNIT} (tables of ${size})/s`,
    byHand: `${HAND_WRITTEN}, ${size}`,
  };
}

async function measured(parts: PostgresParts, run: PostgresRun): Promise<Figure[]> {
  const { only, program } = run;
  const isAsked = (names: readonly string[]) => only === undefined || names.includes(only);
  return [
    ...(isAsked(ENGINE_FIGURES) ? await engineFigures(parts, only) : []),
    ...(isAsked(HTTP_FIGURES) ? await httpFigures({ parts, program, only }) : []),
  ];
}

/** Whether every unit that was promised is held, and the store is what its journal says. */
async function isWhole({ store, address, say }: PostgresParts): Promise<boolean> {
  say('postgres: verifying the store');
  if (!(await store.isConserved())) return false;
  const engine = await PostgresEngine.open(address, { existing: true });
  try {
    const { ok, problems } = await verify(engine);
    for (const { invariant, what } of problems.slice(0, 3)) say(`${invariant}: ${what}`);
    return ok;
  } finally {
    await engine.close();
  }
}

/** Those of the database, ever. */
async function deadlocks({ connections }: OwnSchema): Promise<number> {
  const text = `SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database
    WHERE datname = current_database()`;
  const [row] = await connections.run({ name: '', text });
  return Number(row!.deadlocks);
}
