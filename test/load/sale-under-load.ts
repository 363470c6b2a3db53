// Runs load/flash-sale.ts as a person does; what it printed, and the page that it wrote.

import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SaleReport } from '../../load/sale/sale-report.ts';
import type { Second } from '../../load/sale/seconds.ts';
import { fastFolder } from '../support/fast-folder.ts';
import { ROOT } from '../support/test-files.ts';

export interface SaleUnderLoad {
  code: number;
  report: SaleReport;
  /** What was printed of each second. */
  seconds: Second[];
  page: string;
  said: string;
  /** What does not hold. */
  broken: string[];
}

export async function saleUnderLoad(words: readonly string[]): Promise<SaleUnderLoad> {
  const out = fastFolder('flash-sale');
  const { code, stdout, stderr } = await loadProgram('flash-sale.ts', [...words, '--out', out]);
  const reportPath = join(out, 'flash-sale.json');
  if (!existsSync(reportPath)) throw new Error(`no report, and ${code}: ${stderr}`);
  const lines = stdout.trim().split('\n').slice(0, -1);
  const report = JSON.parse(readFileSync(reportPath, 'utf8')) as SaleReport;
  return {
    code,
    report,
    seconds: lines.map((line) => JSON.parse(line) as Second),
    page: readFileSync(join(out, 'flash-sale.html'), 'utf8'),
    said: stderr,
    broken: report.checks.filter(({ holds }) => !holds).map(({ name }) => name),
  };
}

export function loadProgram(
  name: string,
  words: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, TMPDIR: fastFolder('flash-sale-run') };
  const args = [join(ROOT, 'load', name), ...words];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { env, maxBuffer: 64 * 1_048_576 },
      (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}
