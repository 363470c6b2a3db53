// Compiles the power-loss model (unsynced/*.c) and gives the environment that puts a process under
// it. Where it cannot be compiled the tests that need it are skipped and say why; with CI set they
// fail instead.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { missing, programOf } from '../support/needs.ts';

const SOURCES = join(import.meta.dirname, 'unsynced');

export interface PowerLossOptions {
  /** Only files below this directory are held back. */
  directory: string;
  /** What a power cut lets through of what was not synced. A plain SIGKILL lets nothing through. */
  keep?: 'none' | 'some' | 'all';
  seed?: number;
  /** How long a sync takes, in microseconds. */
  syncUs?: number;
}

/** The child's descriptor on which a byte cuts the power. */
export const TRIGGER_FD = 3;

export type PowerLossModel = { ok: true; library: string } | { ok: false; reason: string };

/** Compiles the model into a directory. */
export function buildPowerLossModel(directory: string): PowerLossModel {
  if (process.platform !== 'linux') return { ok: false, reason: 'LD_PRELOAD is of Linux' };
  const library = join(directory, 'unsynced.so');
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  const paths = sources.map((name) => join(SOURCES, name));
  const flags = ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-o', library];
  const compiler = programOf('c-compiler');
  if (compiler === undefined) return { ok: false, reason: String(missing('c-compiler')) };
  try {
    execFileSync(compiler, [...flags, ...paths, '-ldl', '-lpthread'], { stdio: 'pipe' });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    return {
      ok: false,
      reason: `the compiler did not compile the power-loss model: ${stderr ?? message}`,
    };
  }
  return { ok: true, library };
}

/** The model's library, or a skipped test. */
export function powerLossModel(t: TestContext, directory: string): string | undefined {
  const model = buildPowerLossModel(directory);
  if (model.ok) return model.library;
  if (process.env.CI !== undefined) throw new Error(model.reason);
  console.error(`\nNOT TESTED: loss of power. ${model.reason}\n`);
  t.skip(model.reason);
  return undefined;
}

/** The environment variables for a process under the model. */
export function underPowerLoss(
  library: string,
  { directory, keep = 'none', seed = 1, syncUs }: PowerLossOptions,
): Record<string, string> {
  return {
    LD_PRELOAD: library,
    UNSYNCED_DIR: directory,
    UNSYNCED_KEEP: keep,
    UNSYNCED_SEED: String(seed),
    UNSYNCED_TRIGGER_FD: String(TRIGGER_FD),
    // Writes that the kernel does by itself would pass the model by.
    UV_USE_IO_URING: '0',
    ...(syncUs === undefined ? {} : { UNSYNCED_SYNC_US: String(syncUs) }),
  };
}
