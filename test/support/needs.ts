// The programs that tests need beside Node.js: finds each, installs what is missing where it may
// (Debian, as root), and says what it did. Never decides whether a test is skipped: `missing` says
// why one would have to be.

import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { canInstall, install } from './debian.ts';
import { K6 } from './k6-program.ts';
import { findKafka, KAFKA_IMAGE, nameOfKafka } from './kafka/find.ts';
import { fetchKafkaJars, KAFKA_ADVICE, packagesForKafka } from './kafka/jars.ts';
import { POSTGRES_IMAGE, pullImage } from './postgres/docker.ts';
import { findPostgres, nameOf } from './postgres/find.ts';
import { findRedis, pullRedis, redisNameOf } from './redis/find.ts';
import { STRIPE_MOCK } from './stripe-mock-program.ts';

export type Need =
  | 'chromium'
  | 'c-compiler'
  | 'curl'
  | 'k6'
  | 'kafka'
  | 'nginx'
  | 'postgres'
  | 'pgbouncer'
  | 'redis'
  | 'stripe-mock';

interface Program {
  /** The first that is there is taken. */
  names: readonly string[];
  /** An address in the environment comes before everything else. */
  variable: string;
  debianPackages: readonly string[];
  /** Which of its packages are missing, where some may be there. */
  packagesMissing?: () => string[];
  /** Looks elsewhere than in the folders of PATH. */
  find?: () => string | undefined;
  /** Gets it in another way than by installing it. */
  fetch?: () => void;
  /** Gets the rest, once the packages are there. */
  finish?: () => void;
  /** What to do instead of installing packages. */
  advice?: string;
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
  k6: {
    // The pinned one first: what a figure was measured with is known.
    names: [K6.path, 'k6'],
    variable: 'HOLDFAST_K6',
    debianPackages: [],
    fetch: K6.build,
    advice: K6.advice,
  },
  kafka: {
    names: [],
    // The address of a running one, `host:port`; all else starts one.
    variable: 'HOLDFAST_TEST_KAFKA',
    debianPackages: [],
    packagesMissing: packagesForKafka,
    find: () => nameOfKafka(findKafka()),
    fetch: () => pullImage(KAFKA_IMAGE),
    finish: fetchKafkaJars,
    advice: KAFKA_ADVICE,
  },
  nginx: {
    names: ['nginx', '/usr/sbin/nginx'],
    variable: 'HOLDFAST_NGINX',
    debianPackages: ['nginx-light'],
  },
  postgres: {
    names: [],
    // The address of a running one; all else starts one.
    variable: 'HOLDFAST_TEST_POSTGRES',
    debianPackages: ['postgresql'],
    find: () => nameOf(findPostgres()),
    fetch: () => pullImage(POSTGRES_IMAGE),
  },
  pgbouncer: {
    names: ['pgbouncer', '/usr/sbin/pgbouncer'],
    variable: 'HOLDFAST_PGBOUNCER',
    debianPackages: ['pgbouncer'],
  },
  redis: {
    names: [],
    // The address of a running one; all else starts one.
    variable: 'HOLDFAST_TEST_REDIS',
    debianPackages: ['redis-server'],
    find: () => redisNameOf(findRedis()),
    fetch: pullRedis,
  },
  'stripe-mock': {
    names: ['stripe-mock', STRIPE_MOCK.path],
    // The address of a running one.
    variable: 'STRIPE_MOCK',
    debianPackages: [],
    fetch: STRIPE_MOCK.build,
    advice: STRIPE_MOCK.advice,
  },
};

/** Where the program is, or nothing. */
export function programOf(need: Need): string | undefined {
  const { names, variable, find } = PROGRAMS[need];
  return process.env[variable] ?? (find ? find() : onPath(names));
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const name of names) {
    for (const folder of folders) {
      const path = isAbsolute(name) ? name : join(folder, name);
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
  const isAbsent = (need: Need) => programOf(need) === undefined;
  for (const need of needs.filter(isAbsent)) PROGRAMS[need].fetch?.();
  const absent = needs.filter(isAbsent);
  const packages = absent.flatMap(packagesOf);
  if (packages.length > 0 && canInstall()) install(packages);
  for (const need of absent) PROGRAMS[need].finish?.();
  for (const need of needs) {
    const path = programOf(need);
    console.log(path ? `${need}: ${path}` : `${need}: MISSING; ${adviceFor(need)}`);
  }
  return needs.filter(isAbsent);
}

function packagesOf(need: Need): readonly string[] {
  const { debianPackages, packagesMissing } = PROGRAMS[need];
  return packagesMissing?.() ?? debianPackages;
}

function adviceFor(need: Need): string {
  const { debianPackages, variable, advice } = PROGRAMS[need];
  return `${advice ?? `apt-get install ${debianPackages.join(' ')}`}, or name one in ${variable}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
