// Under whose account PostgreSQL runs: it refuses to be root. Where the tests are root, it is given
// to the account that its package makes, or to nobody.

import { readFileSync } from 'node:fs';

export interface Account {
  uid: number;
  gid: number;
}

/** As options of a spawn: empty where the tests are not root. */
export function unprivileged(): Account | Record<never, never> {
  if (process.getuid?.() !== 0) return {};
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL cannot run as root, and there is no account postgres or nobody');
}
