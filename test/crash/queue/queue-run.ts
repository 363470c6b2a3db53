// Rounds of faults under servers that decide a queue, over the carriers that there are, and what they come
// to. Stops at the first round that finds something. Prints nothing.

import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { verify } from '../../../src/verify/verify.ts';
import { CARRIERS } from '../../support/carriers.ts';
import { freshSchema } from '../../support/postgres.ts';
import { Random } from '../random.ts';
import { planQueueRound } from './queue-plan.ts';
import { QueueSide } from './queue-side.ts';

export interface QueueRunOptions {
  rounds: number;
  seed: number;
  carriers?: readonly string[];
  onRound?: (round: number, what: string) => void;
}

export interface QueueRunResult {
  rounds: number;
  faults: Record<string, number>;
  orders: number;
  repeated: number;
  /** From the last answer of a round until all was decided; the longest. */
  slowestCalmMs: number;
  lost: string[];
  wrong: string[];
  stderr: string;
}

export const ALL_CARRIERS: readonly string[] = ['journal', ...CARRIERS.map(({ name }) => name)];

export async function runQueue(options: QueueRunOptions): Promise<QueueRunResult> {
  const { rounds, seed, carriers = ALL_CARRIERS, onRound } = options;
  const random = new Random(seed);
  const sides = new Map<string, { side: QueueSide; engine: string }>();
  const [faults, wrong]: [Record<string, number>, string[]] = [{}, []];
  let stderr = '';
  try {
    let round = 0;
    for (; round < rounds && wrong.length === 0; round += 1) {
      const plan = planQueueRound(round, { carriers, random });
      onRound?.(round, `${plan.carrier}, ${plan.fault}`);
      const where = `round ${round + 1}, ${plan.carrier}, ${plan.fault}`;
      faults[plan.fault] = (faults[plan.fault] ?? 0) + 1;
      try {
        const found = sides.get(plan.carrier) ?? (await opened(plan.carrier, random.branch()));
        sides.set(plan.carrier, found);
        const seen = await found.side.round(plan);
        wrong.push(...seen.map((what) => `${where}: ${what}`));
      } catch (error) {
        wrong.push(`${where}: ${(error as Error).stack}`);
      }
    }
    for (const { engine } of sides.values()) wrong.push(...(await problemsOf(engine)));
    const all = [...sides.values()].map(({ side }) => side);
    if (wrong.length > 0) stderr = all.map((side) => side.stderr).join('\n');
    const sum = (of: (side: QueueSide) => number) => all.reduce((total, one) => total + of(one), 0);
    return {
      rounds: round,
      faults,
      orders: sum(({ asked }) => asked),
      repeated: sum(({ repeated }) => repeated),
      slowestCalmMs: Math.max(...all.map(({ slowestCalmMs }) => slowestCalmMs)),
      lost: wrong.filter((what) => what.endsWith('is missing')),
      wrong: wrong.filter((what) => !what.endsWith('is missing')),
      stderr,
    };
  } finally {
    for (const { side } of sides.values()) await side.close();
  }
}

async function opened(name: string, random: Random) {
  const { address: engine } = await freshSchema();
  const kind = CARRIERS.find((one) => one.name === name);
  return { side: await QueueSide.open({ engine, kind, random }), engine };
}

async function problemsOf(address: string): Promise<string[]> {
  const engine = await PostgresEngine.open(address);
  const { problems } = await verify(engine);
  await engine.close();
  return problems.map((problem) => `${JSON.stringify(problem)}`);
}
