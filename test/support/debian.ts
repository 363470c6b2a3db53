// Installs Debian packages, where that may be done without asking: as root, with apt-get. Says what it
// does; must never leave a server running that somebody did not ask for.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const APT_GET = '/usr/bin/apt-get';
const INVOKE = '/usr/sbin/invoke-rc.d';
const NEW_CLUSTERS = '/etc/postgresql-common/createcluster.conf';

/** Packages that start what they bring, and as what. */
const STARTED = { pgbouncer: 'pgbouncer', 'redis-server': 'redis-server', 'nginx-light': 'nginx' };

export function canInstall(): boolean {
  return process.getuid?.() === 0 && existsSync(APT_GET);
}

export function install(packages: readonly string[]): void {
  if (!aptGet('update')) return;
  if (!packages.includes('postgresql')) {
    aptGet('install', packages);
  } else if (aptGet('install', ['postgresql-common'])) {
    withoutMainCluster(() => aptGet('install', packages));
  }
  for (const [name, started] of Object.entries(STARTED)) {
    if (packages.includes(name)) stop(started);
  }
}

/** Where the machine has services. */
function stop(service: string): void {
  if (existsSync(INVOKE)) spawnSync(INVOKE, [service, 'stop'], { stdio: 'ignore' });
}

/** The package of a server makes a cluster of its own and starts it on port 5432, unless told not to. */
function withoutMainCluster(act: () => void): void {
  if (!existsSync(NEW_CLUSTERS)) {
    act();
    return;
  }
  const before = readFileSync(NEW_CLUSTERS, 'utf8');
  writeFileSync(NEW_CLUSTERS, `${before}\ncreate_main_cluster = false\n`);
  try {
    act();
  } finally {
    writeFileSync(NEW_CLUSTERS, before);
  }
}

function aptGet(command: 'update' | 'install', packages: readonly string[] = []): boolean {
  const options = command === 'install' ? ['-y', '--no-install-recommends'] : [];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log(`installing: apt-get ${[command, ...packages].join(' ')}`);
  try {
    execFileSync(APT_GET, ['-q', command, ...options, ...packages], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return true;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    const said = String(stderr ?? message).trim();
    console.log(`apt-get failed: ${said.slice(-500)}`);
    return false;
  }
}
