// `holdfast verify`: whether balances, journal and documents agree. Changes nothing.

import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { checkArchive } from '../engines/sqlite/archive/archive-chain.ts';
import { type VerifyReport, verify } from '../verify/verify.ts';
import { engineOption, openNamedEngine, sqlitePath } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { instantMs } from './numbers.ts';
import { type PartOptions, partOption } from './part-option.ts';
import { Progress } from './progress.ts';
import { addRecordOptions, type RecordOptions, redisOptions } from './record-options.ts';
import { shownAddress } from './shown-address.ts';
import { problemLines, showVerifyProgress, verdict } from './verify-report.ts';

const EXAMPLES = `
Examples:
  holdfast verify --engine sqlite:shop.db
  holdfast verify --at 2026-03-01T12:00:00Z       as everything stood at that moment
  holdfast verify --json

The archive is read too, and each of its files checked against the chain.
Exit code 0: everything agrees. 1: it does not, and each problem is named.`;

interface VerifyOptions extends PartOptions, RecordOptions {
  engine: string;
  at?: number;
  json?: boolean;
  quiet?: boolean;
}

export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('prove that balances, journal and documents agree')
    .addOption(engineOption())
    .addOption(partOption())
    .addOption(new Option('--at <time>', 'verify as of a past moment').argParser(instantMs))
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(runVerify);
  return addRecordOptions(command);
}

async function runVerify(options: VerifyOptions): Promise<void> {
  const { engine: address, json, quiet = false } = options;
  const progress = new Progress({ quiet });
  try {
    const result = damagedArchive(address, progress) ?? (await verified(options, progress));
    progress.end();
    process.stdout.write(
      json
        ? `${JSON.stringify({ name: 'verify', engine: shownAddress(address), ...result })}\n`
        : `${[...problemLines(result), verdict(result)].join('\n')}\n`,
    );
    if (!result.ok) throw new CommandFailure('');
  } finally {
    progress.end();
  }
}

async function verified(options: VerifyOptions, progress: Progress) {
  const { engine: address, part, at } = options;
  const engine = await openNamedEngine(address, {
    existing: true,
    parts: part,
    ...redisOptions(options),
  });
  try {
    return await verify(engine, {
      ...(at === undefined ? {} : { atMs: at }),
      onProgress: showVerifyProgress(progress),
    });
  } finally {
    await engine.close();
  }
}

/** What is wrong with the archive; nothing can be replayed then. */
function damagedArchive(address: string, progress: Progress): VerifyReport | undefined {
  const path = sqlitePath(address);
  if (path === undefined || !existsSync(path)) return undefined;
  const { problems } = checkArchive(path, ({ position, of }) =>
    progress.show('Checking the archive', position, of),
  );
  if (problems.length === 0) return undefined;
  return {
    ok: false,
    entries: 0,
    pools: 0,
    documents: 0,
    position: 0,
    problemCount: problems.length,
    problems: problems.map((problem) => ({ invariant: 'I6' as const, ...problem })),
  };
}
