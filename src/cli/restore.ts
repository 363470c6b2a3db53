// `holdfast restore`: puts a backup in the place of a store, and opens it once, so that the tables are
// there again when the server starts.

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { restoreBackup } from '../engines/sqlite/restore.ts';
import { HoldfastError } from '../errors.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { grouped } from './numbers.ts';
import { storePath } from './store-path.ts';

const EXAMPLES = `
Examples:
  holdfast restore --from shop-2026-03-01.backup --engine sqlite:shop.db
  holdfast restore --from shop.backup --engine sqlite:shop.db --replace

No server may run on the store. With --replace the store that is there is kept under another name.
What happened after the backup is gone: the restored journal is another one, and says so to readers.`;

interface RestoreCommandOptions {
  engine: string;
  from: string;
  replace?: boolean;
  json?: boolean;
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('put a backup in the place of a store')
    .addOption(engineOption())
    .requiredOption('--from <file>', 'the backup; its manifest stands beside it')
    .option('--replace', 'also where there is a store already')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(runRestore);
}

async function runRestore(options: RestoreCommandOptions): Promise<void> {
  const { engine, from, replace = false, json } = options;
  const to = storePath(engine, 'restore');
  if (!existsSync(from)) throw new CommandFailure(`there is no backup at ${from}`);
  try {
    const restored = await restoreBackup({ from, to, replace });
    await (await openNamedEngine(engine, { existing: true })).close();
    const { position, kept } = restored;
    const aside = kept === undefined ? '' : `; the store that was there is ${kept} now`;
    process.stdout.write(
      json
        ? `${JSON.stringify({ name: 'restore', engine, from, ...restored })}\n`
        : `restore: ${grouped(position)} entries are in ${to}${aside}\n`,
    );
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const hint = existsSync(to) && !replace ? '; say --replace to put it there all the same' : '';
    throw new CommandFailure(`${error.message}${hint}`);
  }
}
