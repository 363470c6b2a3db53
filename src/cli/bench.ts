// `holdfast bench`: passes on to the benchmarks, which are loaded only here. They measure on stores and
// schemas that they make and remove, never on one that somebody keeps stock in.

import { join } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { HoldfastError } from '../errors.ts';
import { sqlitePath } from './engine-option.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { packageRoot } from './package-root.ts';
import { shownAddress } from './shown-address.ts';

const POSTGRES = /^postgres(ql)?:\/\//;
const REDIS = /^rediss?(\+cluster)?:\/\//;

const EXAMPLES = `
Examples:
  holdfast bench core --quick
  holdfast bench http expiry --json > figures.jsonl
  holdfast bench http.reserve           one figure alone
  holdfast bench orders                 orders beside plain reservations, and beside a million open ones
  holdfast bench locking postgres --engine postgres://user@host/database
  holdfast bench redis --engine redis://host --record postgres://user@host/database
  holdfast bench redis.cluster --engine redis+cluster://host:port --record postgres://user@host/database

Each figure is measured beside a yardstick in the same run, and printed as their ratio.`;

interface BenchOptions {
  quick?: boolean;
  json?: boolean;
  engine?: string;
  record?: string;
}

export function benchCommand(): Command {
  const what =
    'the server for locking, postgres and two-phase: postgres://..., for redis: redis://... or redis+cluster://...; the others use sqlite:';
  return new Command('bench')
    .description('measure, each figure beside a yardstick')
    .addArgument(
      new Argument(
        '<name...>',
        'which benchmarks: core, http, expiry, orders, flash-sale, locking, postgres, two-phase, redis; or one of their figures',
      ),
    )
    .addOption(new Option('-e, --engine <address>', what).env('HOLDFAST_ENGINE'))
    .addOption(
      new Option('--record <address>', 'for redis, what remembers it: postgres://...').env(
        'HOLDFAST_RECORD',
      ),
    )
    .option('--quick', 'a short run, under 45 s each')
    .option('--json', 'print one JSON object per figure')
    .addHelpText('after', EXAMPLES)
    .action(bench);
}

async function bench(names: string[], options: BenchOptions): Promise<void> {
  const { quick = false, json = false, engine, record } = options;
  const { measuredOn, runBench } = await import('../bench/index.ts');
  const [onServer] = names.filter((name) => measuredOn(name) !== undefined);
  if (onServer !== undefined) {
    checkAlike(names, onServer, measuredOn);
    if (measuredOn(onServer) === 'redis') checkRedis(engine, record);
    else checkDatabase(onServer, engine);
  } else if (engine) checkEngine(engine);
  const program = join(packageRoot(), 'bin', 'holdfast');
  const asked = { quick, json, program, engine, record };
  const code = await runBench(names, asked).catch((error) => {
    throw onServer !== undefined ? failureOn(engine!, error) : error;
  });
  if (code !== 0) throw new CommandFailure('', code);
}

/** What is measured on a server does not go with what is measured elsewhere. */
function checkAlike(
  names: readonly string[],
  onServer: string,
  measuredOn: (name: string) => string | undefined,
): void {
  const other = names.find((name) => measuredOn(name) !== measuredOn(onServer));
  if (other === undefined) return;
  const server = measuredOn(onServer) === 'redis' ? 'Redis' : 'database';
  throw new UsageError(
    `${other} is not measured on the ${server} that ${onServer} needs: run each by itself`,
  );
}

function checkDatabase(name: string, engine: string | undefined): void {
  if (engine && POSTGRES.test(engine)) return;
  throw new UsageError(
    `bench ${name} measures on a PostgreSQL server, in schemas of its own: name one with --engine postgres://user@host/database`,
  );
}

function checkRedis(engine: string | undefined, record: string | undefined): void {
  if (engine && REDIS.test(engine) && record && POSTGRES.test(record)) return;
  throw new UsageError(
    'bench redis measures on a Redis and a PostgreSQL server, in a namespace and a schema of its own: name them with --engine redis://host --record postgres://user@host/database',
  );
}

/** A database that cannot be measured on is no fault of the program. */
function failureOn(engine: string, error: unknown): unknown {
  if (error instanceof RangeError) return new UsageError(error.message);
  if (!(error instanceof HoldfastError)) return error;
  return new CommandFailure(`cannot measure on ${shownAddress(engine)}: ${error.message}`);
}

/** Nobody may take the figures for those of another engine, or of the store that was named. */
function checkEngine(engine: string): void {
  const path = sqlitePath(engine);
  if (path === undefined) {
    throw new UsageError(
      `bench measures the sqlite engine, on stores of its own, and cannot measure "${shownAddress(engine)}": leave out --engine and HOLDFAST_ENGINE`,
    );
  }
  if (path !== '') process.stderr.write(`bench makes stores of its own; ${path} is not touched\n`);
}
