// A flash sale under attack on services of its own, from the empty store to the verified one. Prints one line of JSON; exit
// code 1 if something got in that must not, or if honest buyers were hindered. --help says what can be set.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Progress } from '../src/cli/progress.ts';
import { attackReport, summaryLines } from './attack/attack-report.ts';
import { type AttackOptions, runAttack } from './attack/attack-run.ts';
import { SETUPS } from './sale/sale-setup.ts';

const HELP = `node load/attack.ts [options]

A sale with limits per buyer and per address, a waiting room, a challenge for everybody and rates is bought in by
honest buyers while others attack it: many accounts at one address, many addresses of one account, replayed, forged
and stolen passes, places and solutions, forged X-Forwarded-For.

  --setup NAME        embedded: one server with its files (default); stack: two over Redis and PostgreSQL
  --honest N          honest buyers, each with an address (400)
  --accounts N        at one address (1000)
  --addresses N       of one account (1000)
  --each N            who forge, replay and steal, of each kind (5)
  --flood N           attempts a second of those who have nothing to show (500)
  --seconds N         honest buyers go on arriving for so long after the opening (20)
  --shed-after-ms N   when servers turn away who waited so long (as they do by themselves)
  --out FOLDER        writes attack.json and attack.txt there
  --help              says this

Progress and a summary go to stderr. Exit code 1 if a check does not hold.`;

const { values } = parseArgs({
  options: {
    setup: { type: 'string', default: 'embedded' },
    honest: { type: 'string', default: '400' },
    accounts: { type: 'string', default: '1000' },
    addresses: { type: 'string', default: '1000' },
    each: { type: 'string', default: '5' },
    flood: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    'shed-after-ms': { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
// The servers go with this process, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (values.help) console.log(HELP);
else {
  const progress = new Progress();
  try {
    const options = optionsOf(progress);
    const report = attackReport(await runAttack(options), options);
    progress.end();
    const text = `${summaryLines(report).join('\n')}\n`;
    console.log(JSON.stringify(report));
    keep('attack.json', `${JSON.stringify(report, null, 2)}\n`);
    keep('attack.txt', text);
    process.stderr.write(text);
    process.exitCode = report.ok ? 0 : 1;
  } catch (error) {
    progress.end();
    process.stderr.write(`${(error as Error).message}\n`);
    // Others of the run wait yet, for as long as a pass may take.
    process.exit(1);
  }
}

function optionsOf(progress: Progress): AttackOptions {
  const setup = SETUPS.find((name) => name === values.setup);
  if (setup === undefined) throw new RangeError(`--setup must be ${SETUPS.join(' or ')}`);
  return {
    ...{ setup, servers: setup === 'embedded' ? 1 : 2 },
    ...(values['shed-after-ms'] === undefined ? {} : { shedAfterMs: number('shed-after-ms') }),
    sizes: {
      ...{ honest: number('honest'), accounts: number('accounts') },
      ...{ addresses: number('addresses'), each: number('each') },
      ...{ flood: number('flood'), seconds: number('seconds') },
    },
    onProgress: (phase, done, total) => progress.show(phase, done, total),
  };
}

type Counted = 'honest' | 'accounts' | 'addresses' | 'each' | 'flood' | 'seconds' | 'shed-after-ms';

function number(name: Counted): number {
  const value = Number(values[name]);
  if (!(Number.isInteger(value) && value >= 1 && value <= 10_000)) {
    throw new RangeError(`--${name} must be a whole number, 1 to 10,000`);
  }
  return value;
}

function keep(name: string, text: string): void {
  if (values.out === undefined) return;
  mkdirSync(values.out, { recursive: true });
  writeFileSync(join(values.out, name), text);
}
