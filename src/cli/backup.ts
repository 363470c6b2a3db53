// `holdfast backup`: one file with everything that cannot be made again, also while a server runs;
// read back and verified before it counts.

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { archiveFolderOf } from '../engines/sqlite/archive/archive-index.ts';
import {
  type BackupManifest,
  checkBackup,
  manifestPath,
  writeBackup,
} from '../engines/sqlite/backup.ts';
import { JournalReader } from '../engines/sqlite/journal-reader.ts';
import { HoldfastError } from '../errors.ts';
import type { VerifyReport } from '../verify/verify.ts';
import { verifyEntries } from '../verify/verify-entries.ts';
import { engineOption } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { grouped } from './numbers.ts';
import { Progress } from './progress.ts';
import { storePath } from './store-path.ts';
import { problemLines, verdict } from './verify-report.ts';

const EXAMPLES = `
Examples:
  holdfast backup --engine sqlite:shop.db --to shop-2026-03-01.backup
  holdfast backup --to /mnt/backups/shop.backup --json

The server may run meanwhile: the backup holds everything it had acknowledged when the backup began.
Beside the file stands its manifest; keep both. Put it back with "holdfast restore".`;

interface BackupCommandOptions {
  engine: string;
  to: string;
  json?: boolean;
  quiet?: boolean;
}

export function backupCommand(): Command {
  return new Command('backup')
    .description('copy the journal into one verified file, also while a server runs')
    .addOption(engineOption())
    .requiredOption('--to <file>', 'the file to write')
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(runBackup);
}

async function runBackup({ engine, to, json, quiet = false }: BackupCommandOptions): Promise<void> {
  const from = storePath(engine, 'backup');
  if (!existsSync(from)) throw new CommandFailure(`there is no store at ${from}`);
  const progress = new Progress({ quiet });
  try {
    const manifest = await writeBackup({
      from,
      to,
      onProgress: ({ position, of }) => progress.show('Copying', position, of),
    });
    const report = await verifyBackup({ from, to, manifest, progress });
    progress.end();
    process.stdout.write(
      json
        ? `${JSON.stringify({ name: 'backup', engine, file: to, ...manifest, verified: report.ok })}\n`
        : `${[...problemLines(report), said(to, manifest), verdict(report)].join('\n')}\n`,
    );
    if (!report.ok) throw new CommandFailure('');
  } catch (error) {
    if (error instanceof HoldfastError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    progress.end();
  }
}

interface Verifying {
  from: string;
  to: string;
  manifest: BackupManifest;
  progress: Progress;
}

/** Reads the file back: its sum, and every entry in it. */
async function verifyBackup({ from, to, manifest, progress }: Verifying): Promise<VerifyReport> {
  const { position } = manifest;
  await checkBackup(to);
  const reader = new JournalReader(to, { archive: archiveFolderOf(from) });
  try {
    return verifyEntries(reader, (at) => progress.show('Verifying', at, position));
  } finally {
    reader.close();
  }
}

function said(path: string, { position, bytes }: BackupManifest): string {
  return `backup: ${grouped(position)} entries in ${path} (${grouped(bytes)} bytes), manifest ${manifestPath(path)}`;
}
