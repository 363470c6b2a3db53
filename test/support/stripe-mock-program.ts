// Where the program stripe-mock is, and how to get it: built by Go at a pinned version into a folder of
// this checkout. Starts nothing.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './test-files.ts';

const VERSION = 'v0.203.0';
const FOLDER = join(ROOT, 'node_modules/.cache', `stripe-mock-${VERSION}`);
const GO = ['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'];
const BUILD_MAX_MS = 300_000;

/** The one that `buildStripeMock` makes. */
export const STRIPE_MOCK_PROGRAM = join(FOLDER, 'stripe-mock');

export const STRIPE_MOCK_ADVICE = `go install github.com/stripe/stripe-mock@${VERSION}`;

/** Where there is Go; says what went wrong. */
export function buildStripeMock(): void {
  const go = GO.find((program) => spawnSync(program, ['version']).status === 0);
  if (go === undefined || existsSync(STRIPE_MOCK_PROGRAM)) return;
  console.log(`building: ${STRIPE_MOCK_ADVICE}`);
  const options = {
    env: { ...process.env, GOBIN: FOLDER },
    timeout: BUILD_MAX_MS,
    encoding: 'utf8',
  } as const;
  const built = spawnSync(go, ['install', `github.com/stripe/stripe-mock@${VERSION}`], options);
  if (built.status !== 0) console.log(`go install failed: ${(built.stderr ?? '').slice(-500)}`);
}
