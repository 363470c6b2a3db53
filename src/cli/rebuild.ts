// `holdfast rebuild`: makes the tables behind the journal again.

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { rebuildTables } from '../engines/sqlite/rebuild.ts';
import { HoldfastError } from '../errors.ts';
import { engineOption } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { grouped } from './numbers.ts';
import { Progress } from './progress.ts';
import { storePath } from './store-path.ts';

const EXAMPLES = `
Examples:
  holdfast rebuild --engine sqlite:shop.db

No server may run on the store. A start does the same by itself where the tables are gone or damaged.`;

interface RebuildCommandOptions {
  engine: string;
  json?: boolean;
  quiet?: boolean;
}

export function rebuildCommand(): Command {
  return new Command('rebuild')
    .description('make the tables for look-ups again from the journal')
    .addOption(engineOption())
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(runRebuild);
}

async function runRebuild({ engine, json, quiet = false }: RebuildCommandOptions): Promise<void> {
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
