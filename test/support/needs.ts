// The programs that tests need beside Node.js: finds each, installs what is missing where it may
// (Debian, as root), and says what it did. Never decides whether a test is skipped: `missing` says
// why one would have to be.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export type Need = 'chromium' | 'c-compiler' | 'curl';

interface Program {
  /** The first that is there is taken. */
  names: readonly string[];
  /** An address in the environment comes before everything else. */
  variable: string;
  debianPackages: readonly string[];
}

const PROGRAMS: Record<Need, Program> = {
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    variable: 'HOLDFAST_CHROMIUM',
    debianPackages: ['chromium'],
  },
  'c-compiler': {
    names: ['cc'],
    variable: 'HOLDFAST_CC',
    debianPackages: ['gcc', 'libc6-dev'],
  },
  curl: { names: ['curl'], variable: 'HOLDFAST_CURL', debianPackages: ['curl'] },
};

/** Where the program is, or nothing. */
export function programOf(need: Need): string | undefined {
  const { names, variable } = PROGRAMS[need];
  const named = process.env[variable];
  if (named !== undefined) return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

/** Why a test that needs it is skipped; undefined when it is there, or when CI forbids skipping. */
export function missing(need: Need): string | undefined {
  if (programOf(need) !== undefined || process.env.CI) return undefined;
  return `needs ${need}: ${adviceFor(need)}`;
}

/** Makes sure of what is needed as far as it can; returns what could not be had. */
export function provide(needs: readonly Need[]): Need[] {
  const absent = needs.filter((need) => programOf(need) === undefined);
  if (absent.length > 0 && canInstall()) {
    install(absent.flatMap((need) => PROGRAMS[need].debianPackages));
  }
  for (const need of needs) {
    const path = programOf(need);
    console.log(path ? `${need}: ${path}` : `${need}: MISSING; ${adviceFor(need)}`);
  }
  return needs.filter((need) => programOf(need) === undefined);
}

function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function install(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    console.log(`installing: apt-get ${args.join(' ')}`);
    try {
      execFileSync('/usr/bin/apt-get', ['-q', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: Buffer };
      console.log(
        `apt-get failed: ${String(stderr ?? message)
          .trim()
          .slice(-500)}`,
      );
      return;
    }
  }
}

function adviceFor(need: Need): string {
  const { debianPackages, variable } = PROGRAMS[need];
  return `apt-get install ${debianPackages.join(' ')}, or name one in ${variable}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
