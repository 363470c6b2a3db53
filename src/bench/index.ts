// The benchmarks by name. Each prints its figures with the yardstick measured in the same run.

import { benchCore, CORE_FIGURES } from './core.ts';
import { type Figure, printFigure } from './figure.ts';
import { benchFlashSale, SALE_FIGURES } from './flash-sale/flash-sale.ts';
import { SALE_FULL, SALE_QUICK } from './flash-sale/scale.ts';
import { benchHttp, HTTP_FIGURES } from './http/http.ts';
import { HTTP_FULL, HTTP_QUICK, STORM_FULL, STORM_QUICK } from './http/scale.ts';
import { benchExpiry, EXPIRY_FIGURES } from './http/storm.ts';
import { benchLocking, LOCKING_FIGURES, LOCKING_FULL, LOCKING_QUICK } from './locking/locking.ts';
import { benchOrders, ORDERS_FIGURES } from './orders/orders.ts';
import { ORDERS_FULL, ORDERS_QUICK } from './orders/scale.ts';
import { benchPostgres, POSTGRES_FIGURES } from './postgres/postgres.ts';
import { POSTGRES_FULL, POSTGRES_QUICK } from './postgres/scale.ts';
import { benchRedis, REDIS_FIGURES } from './redis/redis.ts';
import { REDIS_FULL, REDIS_QUICK } from './redis/scale.ts';
import {
  benchTwoPhase,
  TWO_PHASE_FIGURES,
  TWO_PHASE_FULL,
  TWO_PHASE_QUICK,
} from './two-phase/two-phase.ts';

export interface BenchOptions {
  quick: boolean;
  json: boolean;
  /** The program `holdfast`, for what is measured as a process of its own. */
  program: string;
  /** The address of the server, for what is measured on one: a database, or a Redis. */
  engine?: string | undefined;
  /** The address of the database that remembers, for what is measured on a Redis. */
  record?: string | undefined;
}

interface Run {
  quick: boolean;
  program: string;
  engine: string | undefined;
  record: string | undefined;
  /** One figure alone. */
  only: string | undefined;
  say: (line: string) => void;
}

interface Benchmark {
  figures: readonly string[];
  /** Measured on a server that must be named. */
  on?: 'postgres' | 'redis';
  run: (run: Run) => Promise<Figure[]>;
}

const BENCHMARKS: Record<string, Benchmark> = {
  core: { figures: CORE_FIGURES, run: ({ say, ...options }) => benchCore(options, say) },
  http: {
    figures: HTTP_FIGURES,
    run: (run) => benchHttp({ ...run, scale: run.quick ? HTTP_QUICK : HTTP_FULL }),
  },
  expiry: {
    figures: EXPIRY_FIGURES,
    run: (run) => benchExpiry({ ...run, scale: run.quick ? STORM_QUICK : STORM_FULL }),
  },
  orders: {
    figures: ORDERS_FIGURES,
    run: (run) => benchOrders({ ...run, scale: run.quick ? ORDERS_QUICK : ORDERS_FULL }),
  },
  'flash-sale': {
    figures: SALE_FIGURES,
    run: (run) => benchFlashSale({ ...run, scale: run.quick ? SALE_QUICK : SALE_FULL }),
  },
  locking: {
    figures: LOCKING_FIGURES,
    on: 'postgres',
    run: ({ engine, quick, ...run }) =>
      benchLocking({ ...run, engine: engine!, scale: quick ? LOCKING_QUICK : LOCKING_FULL }),
  },
  postgres: {
    figures: POSTGRES_FIGURES,
    on: 'postgres',
    run: ({ engine, quick, ...run }) =>
      benchPostgres({ ...run, engine: engine!, scale: quick ? POSTGRES_QUICK : POSTGRES_FULL }),
  },
  redis: {
    figures: REDIS_FIGURES,
    on: 'redis',
    run: ({ engine, record, quick, ...run }) =>
      benchRedis({
        ...run,
        engine: engine!,
        record: record!,
        scale: quick ? REDIS_QUICK : REDIS_FULL,
      }),
  },
  'two-phase': {
    figures: TWO_PHASE_FIGURES,
    on: 'postgres',
    run: ({ engine, quick, ...run }) =>
      benchTwoPhase({ ...run, engine: engine!, scale: quick ? TWO_PHASE_QUICK : TWO_PHASE_FULL }),
  },
};

/** Runs benchmarks; 0 when every unit was conserved, 1 otherwise, 2 for an unknown name. */
export async function runBench(names: readonly string[], options: BenchOptions): Promise<number> {
  const { quick, json, program, engine, record } = options;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const wrong = names.find((name) => !isBenchmark(name));
  if (wrong !== undefined) {
    const known = Object.entries(BENCHMARKS).flatMap(([name, { figures }]) => [name, ...figures]);
    say(`no benchmark is called "${wrong}"; there is: ${known.join(', ')}`);
    return 2;
  }
  let code = 0;
  for (const name of names) {
    const benchmark = BENCHMARKS[name.split('.')[0]!]!;
    const only = name.includes('.') ? name : undefined;
    for (const figure of await benchmark.run({ quick, program, engine, record, only, say })) {
      printFigure(figure, json);
      if (!figure.conserved) code = 1;
    }
  }
  return code;
}

/** What server it is measured on; undefined for stores that it makes in files. */
export function measuredOn(name: string): Benchmark['on'] {
  return BENCHMARKS[name.split('.')[0]!]?.on;
}

function isBenchmark(name: string): boolean {
  if (Object.hasOwn(BENCHMARKS, name)) return true;
  return Object.values(BENCHMARKS).some(({ figures }) => figures.includes(name));
}
