// `node test/crash/rounds.ts --rounds 200 --seed 1`: crash rounds as many as one likes, with a
// summary; after a failure the seed and the command that repeats it, and the files are kept.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RunOptions, type RunResult, runRounds } from './crash-run.ts';
import { failureOf } from './failure-of.ts';
import { buildPowerLossModel } from './power-loss.ts';
import { summaryOf } from './rounds-command.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    buyers: { type: 'string', default: '24' },
    'ready-max-ms': { type: 'string', default: '5000' },
    'power-loss': { type: 'boolean', default: false },
    synchronous: { type: 'string', default: 'FULL' },
  },
});

const directory = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
const files = join(directory, 'files');
mkdirSync(files);
const options: RunOptions = {
  directory: files,
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  buyers: Number(values.buyers),
  readyMaxMs: Number(values['ready-max-ms']),
  synchronous: values.synchronous === 'OFF' ? 'OFF' : 'FULL',
  onRound: (round, { at }) => process.stderr.write(`\r  round ${round + 1}: ${at}             `),
};
if (values['power-loss']) {
  const model = buildPowerLossModel(directory);
  if (!model.ok) throw new Error(model.reason);
  options.powerLoss = { library: model.library, keep: 'some' };
}

const startMs = performance.now();
const result = await runRounds(options);
process.stderr.write('\r');
report(result);

function report(all: RunResult): void {
  const failure = failureOf(all);
  console.log(summaryOf(all, startMs));
  if (failure === undefined) {
    rmSync(directory, { recursive: true, force: true });
    return;
  }
  console.log(failure);
  const also = values['power-loss'] ? ' --power-loss' : '';
  const how = values.synchronous === 'FULL' ? also : `${also} --synchronous ${values.synchronous}`;
  console.log(`the files are in ${files}; again: node test/crash/rounds.ts \\`);
  console.log(`  --rounds ${values.rounds} --seed ${values.seed} --buyers ${values.buyers}${how}`);
  process.exitCode = 1;
}
