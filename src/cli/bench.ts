// `holdfast bench`: passes on to the benchmarks, which are loaded only here.

import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { engineOption } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { packageRoot } from './package-root.ts';

const EXAMPLES = `
Examples:
  holdfast bench core --quick
  holdfast bench http expiry --json > figures.jsonl
  holdfast bench http.reserve           one figure alone

Each figure is measured beside a yardstick in the same run, and printed as their ratio.`;

interface BenchOptions {
  quick?: boolean;
  json?: boolean;
  engine?: string;
}

export function benchCommand(): Command {
  const engine = engineOption();
  engine.defaultValue = undefined;
  return new Command('bench')
    .description('measure, each figure beside a yardstick')
    .addArgument(
      new Argument('<name...>', 'which benchmarks: core, http, expiry; or one of their figures'),
    )
    .addOption(engine)
    .option('--quick', 'a short run, under 45 s each')
    .option('--json', 'print one JSON object per figure')
    .addHelpText('after', EXAMPLES)
    .action(bench);
}

async function bench(names: string[], options: BenchOptions): Promise<void> {
  const { quick = false, json = false, engine } = options;
  const { runBench } = await import('../bench/index.ts');
  const program = join(packageRoot(), 'bin', 'holdfast');
  const code = await runBench(names, { quick, json, program, ...(engine ? { engine } : {}) });
  if (code !== 0) throw new CommandFailure('', code);
}
