// `holdfast archive`: moves old entries of the journal into files beside it. While a server runs, that
// one does it (serve --archive-after).

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { setArchiveFolder } from '../engines/sqlite/archive/archive-folder.ts';
import { type ArchiveReport, canArchive } from '../engines/sqlite/archive/archive-options.ts';
import { HoldfastError } from '../errors.ts';
import { parseDurationMs } from '../http/duration.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { grouped } from './numbers.ts';
import { Progress } from './progress.ts';
import { storePath } from './store-path.ts';

const EXAMPLES = `
Examples:
  holdfast archive --engine sqlite:shop.db --before 30d
  holdfast archive --before 1000000              entries before that position
  holdfast archive --before 365d --to /mnt/archive

Entries after the last checkpoint but one stay in the journal, however old they are. No server may run
on the store; a running one archives by itself with "holdfast serve --archive-after 30d".`;

type Before = { ageMs: number } | { position: number };

interface ArchiveCommandOptions {
  engine: string;
  before: Before;
  to?: string;
  json?: boolean;
  quiet?: boolean;
}

export function archiveCommand(): Command {
  return new Command('archive')
    .description('move old entries of the journal into files that form a chain')
    .addOption(engineOption())
    .requiredOption(
      '--before <age|position>',
      'entries older than this: 30d, or a position',
      before,
    )
    .option('--to <folder>', 'where the files are kept (default: PATH.archive, or where they are)')
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(runArchive);
}

function before(text: string): Before {
  if (/^\d{1,15}$/.test(text)) return { position: Number(text) };
  return { ageMs: ageMs(text) };
}

/** An age such as 30d, in ms. */
export function ageMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  throw new InvalidArgumentError('It must be an age such as 30d, or 12h.');
}

async function runArchive(options: ArchiveCommandOptions): Promise<void> {
  const { engine: address, before: limit, to, json, quiet = false } = options;
  const path = storePath(address, 'archive');
  if (to !== undefined) putAt(path, to);
  const engine = await openNamedEngine(address, { existing: true });
  const progress = new Progress({ quiet });
  try {
    if (!canArchive(engine)) throw new CommandFailure(`${address} has no archive`);
    const report = await engine.archive({
      ...('ageMs' in limit
        ? { beforeMs: engine.clock().nowMs - limit.ageMs }
        : { beforePosition: limit.position }),
      onProgress: ({ position, of }) => progress.show('Archiving', position, of),
    });
    progress.end();
    process.stdout.write(
      json
        ? `${JSON.stringify({ name: 'archive', engine: address, ...report })}\n`
        : `archive: ${said(report)}\n`,
    );
  } catch (error) {
    if (error instanceof HoldfastError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    progress.end();
    await engine.close();
  }
}

function putAt(path: string, folder: string): void {
  if (!existsSync(path)) throw new CommandFailure(`there is no store at ${path}`);
  try {
    setArchiveFolder(path, resolve(folder));
  } catch (error) {
    if (error instanceof HoldfastError) throw new CommandFailure(error.message);
    throw error;
  }
}

function said({ files, entries, position, positionMax, folder }: ArchiveReport): string {
  if (files > 0) {
    const what = `${grouped(entries)} entries in ${grouped(files)} files`;
    return `${what} have left for ${folder}; the journal begins at ${grouped(position + 1)}`;
  }
  if (positionMax === 0) return 'nothing may leave before there are two daily checkpoints';
  const limit = grouped(positionMax);
  return `nothing more to archive (${grouped(position)} entries are; up to ${limit} might be)`;
}
