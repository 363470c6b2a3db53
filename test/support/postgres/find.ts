// Finds what a PostgreSQL server can be started from: an image that docker has, or programs of the
// machine, which distributions keep out of PATH. Only finds; fetches and starts nothing.

import { spawnSync } from 'node:child_process';
import { existsSync, globSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { dockerRuns, localImage } from './docker.ts';

/** Older ones are not supported. */
export const MAJOR_MIN = 15;

export type PostgresSource =
  | { kind: 'image'; image: string }
  /** The folder that holds `initdb`, `pg_ctl` and `postgres`. */
  | { kind: 'programs'; folder: string };

const FOLDERS = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
];

let found: PostgresSource | undefined;

/** The first that is there: an image, programs on PATH, the newest programs elsewhere. */
export function findPostgres(): PostgresSource | undefined {
  found ??= imageSource() ?? programSource();
  return found;
}

/** As a person would call it. */
export function nameOf(source: PostgresSource | undefined): string | undefined {
  if (source === undefined) return undefined;
  return source.kind === 'image' ? `docker image ${source.image}` : `${source.folder}/postgres`;
}

function imageSource(): PostgresSource | undefined {
  const image = dockerRuns() ? localImage(MAJOR_MIN) : undefined;
  return image === undefined ? undefined : { kind: 'image', image };
}

function programSource(): PostgresSource | undefined {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'postgres'));
  const numeric = new Intl.Collator('en', { numeric: true });
  const elsewhere = FOLDERS.flatMap((pattern) => globSync(`${pattern}/postgres`))
    .sort(numeric.compare)
    .reverse();
  for (const program of [...onPath, ...elsewhere]) {
    if (!existsSync(program)) continue;
    // On PATH there may be a link to the server alone.
    const folder = dirname(realpathSync(program));
    const complete = ['initdb', 'pg_ctl'].every((name) => existsSync(join(folder, name)));
    if (complete && majorOf(program) >= MAJOR_MIN) return { kind: 'programs', folder };
  }
  return undefined;
}

function majorOf(program: string): number {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/\) (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}
