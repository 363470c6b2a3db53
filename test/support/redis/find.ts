// Finds what a Redis can be started from: an image that docker has, or a program of the machine. Only finds;
// fetches and starts nothing.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { docker, dockerRuns } from '../postgres/docker.ts';

/** Older ones are not supported. */
export const MAJOR_MIN = 7;
const PULLED = 'redis:7';
const PULL_MAX_MS = 300_000;

export type RedisSource = { kind: 'image'; image: string } | { kind: 'program'; path: string };

let found: RedisSource | undefined;

/** The first that is there: an image, a program on PATH. */
export function findRedis(): RedisSource | undefined {
  found ??= imageSource() ?? programSource();
  return found;
}

/** As a person would call it. */
export function redisNameOf(source: RedisSource | undefined): string | undefined {
  if (source === undefined) return undefined;
  return source.kind === 'image' ? `docker image ${source.image}` : source.path;
}

/** Gets an image where docker runs. */
export function pullRedis(): void {
  if (!dockerRuns()) return;
  console.log(`fetching: docker pull ${PULLED}`);
  if (docker(['pull', '--quiet', PULLED], PULL_MAX_MS) === undefined) {
    console.log('docker pull failed');
  }
}

function imageSource(): RedisSource | undefined {
  if (!dockerRuns()) return undefined;
  const listed = docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', 'redis']) ?? '';
  const images = [...listed.matchAll(/^redis:(\d+)\S*$/gm)]
    .map(([image, major]) => ({ image, major: Number(major) }))
    .filter(({ major }) => major >= MAJOR_MIN)
    .sort((a, b) => b.major - a.major);
  return images[0] === undefined ? undefined : { kind: 'image', image: images[0].image };
}

/** A program of the machine, whatever docker has: several that talk to each other are not run in it. */
export function findRedisProgram(): string | undefined {
  const source = programSource();
  return source?.kind === 'program' ? source.path : undefined;
}

function programSource(): RedisSource | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin'];
  for (const folder of folders) {
    const path = join(folder, 'redis-server');
    if (existsSync(path) && majorOf(path) >= MAJOR_MIN) return { kind: 'program', path };
  }
  return undefined;
}

function majorOf(program: string): number {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/v=(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}
