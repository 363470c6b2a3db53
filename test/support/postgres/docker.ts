// What docker is asked on the command line: whether it runs, which images of PostgreSQL it has, and to
// fetch an image. The one place that starts `docker`; knows nothing of tests.

import { spawnSync } from 'node:child_process';

const ANSWER_MAX_MS = 20_000;
const PULL_MAX_MS = 300_000;
export const POSTGRES_IMAGE = 'postgres:17';

let runs: boolean | undefined;

/** Whether a daemon answers: where only the client is installed, there is no docker. */
export function dockerRuns(): boolean {
  runs ??= (docker(['info', '--format', '{{.ServerVersion}}']) ?? '').trim() !== '';
  return runs;
}

/** The newest official image that is there, from a major version on. */
export function localImage(majorMin: number): string | undefined {
  const listed = docker(['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}', 'postgres']) ?? '';
  const images = [...listed.matchAll(/^postgres:(\d+)\S*$/gm)]
    .map(([image, major]) => ({ image, major: Number(major) }))
    .filter(({ major }) => major >= majorMin)
    .sort((a, b) => b.major - a.major);
  return images[0]?.image;
}

/** Gets an image where docker runs. Without a network there is simply none afterwards. */
export function pullImage(image: string): void {
  if (!dockerRuns()) return;
  console.log(`fetching: docker pull ${image}`);
  if (docker(['pull', '--quiet', image], PULL_MAX_MS) === undefined) {
    console.log('docker pull failed');
  }
}

/** What it printed; undefined when it failed. */
export function docker(args: readonly string[], maxMs = ANSWER_MAX_MS): string | undefined {
  const { status, stdout } = spawnSync('docker', args, { encoding: 'utf8', timeout: maxMs });
  return status === 0 ? stdout : undefined;
}

/** The end of what a container wrote, on both of its outputs. */
export function dockerLogs(container: string): string {
  const args = ['logs', '--tail', '50', container];
  const { stdout, stderr } = spawnSync('docker', args, {
    encoding: 'utf8',
    timeout: ANSWER_MAX_MS,
  });
  return `${stdout ?? ''}${stderr ?? ''}`;
}
