// A mixed load over hours, and whether the server stayed as it was: memory, file descriptors, threads
// and table lag flat, every unit accounted for. Exit code 1 if not.
//   node load/soak.ts --minutes 60 --rate 1500 [--hold-seconds 120] [--every-seconds 10] [--out DIR]

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Sample } from './sample.ts';
import { drawSoak } from './soak-chart.ts';
import { reportOf, summaryLines } from './soak-report.ts';
import { runSoak } from './soak-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1500' },
    'hold-seconds': { type: 'string', default: '120' },
    'every-seconds': { type: 'string', default: '10' },
    out: { type: 'string' },
  },
});
const options = {
  minutes: number('minutes'),
  rate: number('rate'),
  holdSeconds: number('hold-seconds'),
  everySeconds: number('every-seconds'),
};

const folder = mkdtempSync(join(tmpdir(), 'holdfast-soak-'));
const samples: Sample[] = [];
function onSample(sample: Sample): void {
  samples.push(sample);
  process.stdout.write(`${JSON.stringify({ name: 'sample', ...sample })}\n`);
  // After each, so that a run that is ended early has left what it saw.
  keep('samples.jsonl', () => samples.map((each) => `${JSON.stringify(each)}\n`).join(''));
}

// The server goes with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

try {
  const run = await runSoak({ ...options, path: join(folder, 'soak.db'), onSample });
  const report = reportOf(run, options);
  keep('soak.json', () => `${JSON.stringify(report, null, 2)}\n`);
  keep('soak.svg', () => drawSoak(run.samples, report));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.stderr.write(`${summaryLines(report).join('\n')}\n`);
  process.exitCode = report.ok ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function number(name: keyof typeof values): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new RangeError(`--${name} must be a number above 0`);
  return value;
}

function keep(name: string, text: () => string): void {
  if (values.out === undefined) return;
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, name), text());
}
