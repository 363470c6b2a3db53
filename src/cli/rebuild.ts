// `holdfast rebuild`: makes the tables behind the journal of a file again, or a store in Redis from its record.

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { rebuildTables } from '../engines/sqlite/rebuild.ts';
import { HoldfastError } from '../errors.ts';
import { engineOption } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { grouped } from './numbers.ts';
import { Progress } from './progress.ts';
import { runRebuildRedis } from './rebuild-redis.ts';
import { addRecordOptions, type RecordOptions } from './record-options.ts';
import { storePath } from './store-path.ts';

const EXAMPLES = `
Examples:
  holdfast rebuild --engine sqlite:shop.db
  holdfast rebuild --engine redis://cache --record postgres://db/orders

On files: no server may run on the store. A start does the same by itself where the tables are gone or damaged.
In Redis: servers may run, and do the same by themselves where Redis has lost the store. Said here it also ends the
lease of another Redis that still decides, an old master for one: within that time nothing more is decided there.
Exit code 0: the store is there.`;

interface RebuildCommandOptions extends RecordOptions {
  engine: string;
  json?: boolean;
  quiet?: boolean;
}

export function rebuildCommand(): Command {
  const command = new Command('rebuild')
    .description('make the tables of a file, or a store in Redis, again')
    .addOption(engineOption())
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(runRebuild);
  return addRecordOptions(command);
}

async function runRebuild(options: RebuildCommandOptions): Promise<void> {
  if (/^rediss?:\/\//.test(options.engine)) await runRebuildRedis(options);
  else await runRebuildTables(options);
}

async function runRebuildTables({ engine, json, quiet = false }: RebuildCommandOptions) {
  const path = storePath(engine, 'rebuild');
  if (!existsSync(path)) throw new CommandFailure(`there is no store at ${path}`);
  const progress = new Progress({ quiet });
  try {
    const { position } = await rebuildTables(path, (at) =>
      progress.show('Rebuilding', at.position, at.of),
    );
    progress.end();
    process.stdout.write(
      json
        ? `${JSON.stringify({ name: 'rebuild', engine, position })}\n`
        : `rebuild: the tables hold all ${grouped(position)} entries\n`,
    );
  } catch (error) {
    if (error instanceof HoldfastError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    progress.end();
  }
}
