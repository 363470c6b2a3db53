// `holdfast verify`: whether balances, journal and documents agree. Changes nothing.

import { Command, Option } from 'commander';
import { verify } from '../verify/verify.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { instantMs } from './numbers.ts';
import { Progress } from './progress.ts';
import { problemLines, showVerifyProgress, verdict } from './verify-report.ts';

const EXAMPLES = `
Examples:
  holdfast verify --engine sqlite:shop.db
  holdfast verify --at 2026-03-01T12:00:00Z       as everything stood at that moment
  holdfast verify --json

Exit code 0: everything agrees. 1: it does not, and each problem is named.`;

interface VerifyOptions {
  engine: string;
  at?: number;
  json?: boolean;
  quiet?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('prove that balances, journal and documents agree')
    .addOption(engineOption())
    .addOption(new Option('--at <time>', 'verify as of a past moment').argParser(instantMs))
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(runVerify);
}

async function runVerify(options: VerifyOptions): Promise<void> {
  const { engine: address, at, json, quiet = false } = options;
  const engine = await openNamedEngine(address, { existing: true });
  const progress = new Progress({ quiet });
  try {
    const result = await verify(engine, {
      ...(at === undefined ? {} : { atMs: at }),
      onProgress: showVerifyProgress(progress),
    });
    progress.end();
    process.stdout.write(
      json
        ? `${JSON.stringify({ name: 'verify', engine: address, ...result })}\n`
        : `${[...problemLines(result), verdict(result)].join('\n')}\n`,
    );
    if (!result.ok) throw new CommandFailure('');
  } finally {
    progress.end();
    await engine.close();
  }
}
