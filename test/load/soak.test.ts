// Ten seconds of the soak as it is run by hand: a server of its own on a fresh store, every kind of
// guest, units counted, files verified, and an exit code that says what the report says.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Sample } from '../../load/sample.ts';
import type { SoakReport } from '../../load/soak-report.ts';
import { fastFolder } from '../support/fast-folder.ts';
import { ROOT } from '../support/test-files.ts';

const OUT = fastFolder('soak-out');
const SHORT = ['--minutes', '0.17', '--rate', '300', '--hold-seconds', '3', '--every-seconds', '1'];

function soak(): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [join(ROOT, 'load/soak.ts'), ...SHORT, '--out', OUT];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 64 * 1_048_576 }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

test('a short soak does all that a long one does', { timeout: 600_000 }, async () => {
  const { code, stdout, stderr } = await soak();
  const printed = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const report = printed.pop() as SoakReport;
  const samples = printed as (Sample & { name: string })[];

  // Ten seconds are too few for memory to settle, so flat or not is left open; the rest is not.
  assert.equal(code, report.ok ? 0 : 1, stderr);
  assert.equal(report.ok, report.flatness.flat, stderr);
  const { conserved, verified, exitCode, wrong, unknown } = report;
  assert.deepEqual(
    { conserved, verified, exitCode, wrong, unknown },
    { conserved: true, verified: true, exitCode: 0, wrong: [], unknown: 0 },
    stderr,
  );
  const all = ['reserve', 'confirm', 'cancel', 'extend', 'change', 'return', 'repeat', 'receive'];
  const guests = ['pool', 'list', 'reservation', 'event', 'visit', 'malformed', 'cut'];
  for (const operation of [...all, ...guests]) assert.ok(report.done[operation]! > 0, operation);

  assert.equal(samples.length, 10);
  for (const { name, rssMb, ownFds, threads, journalMb, position } of samples) {
    assert.equal(name, 'sample');
    for (const value of [rssMb, ownFds, threads, journalMb, position]) assert.ok(value > 0);
  }
  assert.ok(samples.some(({ usedMb = 0 }) => usedMb > 10));
  const kept = readFileSync(join(OUT, 'samples.jsonl'), 'utf8').trim().split('\n');
  assert.equal(kept.length, samples.length);
  assert.equal(JSON.parse(readFileSync(join(OUT, 'soak.json'), 'utf8')).ok, report.ok);
  const chart = readFileSync(join(OUT, 'soak.svg'), 'utf8');
  assert.doesNotMatch(chart, /NaN|undefined|Infinity/);
  assert.equal(chart.match(/<polyline/g)!.length, 13);
});
