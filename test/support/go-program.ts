// Programs that Go builds, at a pinned version, into the user's cache: `npm ci` leaves them there, and what takes
// minutes is built once. Starts nothing.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
const GO = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];

export interface GoProgram {
  /** Where it is once it was built. */
  path: string;
  advice: string;
  /** Where there is Go; says what went wrong. */
  build: () => void;
}

export interface GoModule {
  name: string;
  module: string;
  version: string;
  buildMaxMs: number;
  /** For Go, beside what the environment has. */
  flags?: string;
}

export function goProgram(wanted: GoModule): GoProgram {
  const { name, module, version } = wanted;
  const folder = join(CACHE, 'holdfast', `${name}-${version}`);
  const path = join(folder, name);
  const advice = `go install ${module}@${version}`;
  return { path, advice, build: () => buildInto(folder, wanted) };
}

function buildInto(folder: string, { name, module, version, buildMaxMs, flags }: GoModule): void {
  const go = GO.find((program) => spawnSync(program, ['version']).status === 0);
  if (go === undefined || existsSync(join(folder, name))) return;
  console.log(`building: go install ${module}@${version}`);
  const goFlags = [process.env.GOFLAGS, flags].filter(Boolean).join(' ');
  const options = {
    env: { ...process.env, GOBIN: folder, GOFLAGS: goFlags },
    timeout: buildMaxMs,
    encoding: 'utf8',
  } as const;
  const built = spawnSync(go, ['install', `${module}@${version}`], options);
  if (built.status !== 0) console.log(`go install failed: ${(built.stderr ?? '').slice(-500)}`);
}
