// Whether a Redis may be used for what must not be lost: refuses, with a sentence that says what to set, what could
// lose keys or is no master. Looks only.

import { HoldfastError } from '../../errors.ts';
import type { Send } from './connection.ts';

const MAJOR_MIN = 7;

export interface RedisFacts {
  /** Which start of which Redis this is. */
  runId: string;
}

/** It answers, and something about it has to be set first. */
export class UnfitRedis extends HoldfastError {
  constructor(why: string, kept = 'stock') {
    super('unavailable', `this Redis cannot keep ${kept}: ${why}`);
  }
}

interface Meant {
  /** Nothing is kept over a restart, and that is meant. */
  isVolatile?: boolean;
  /** What it is to keep. */
  kept?: 'stock' | 'turns';
}

/** @throws UnfitRedis, which is `unavailable` */
export async function looked(
  send: Send,
  { isVolatile = false, kept = 'stock' }: Meant,
): Promise<RedisFacts> {
  const refused = (why: string) => new UnfitRedis(why, kept);
  const facts = factsOf(String(await send('INFO', 'everything')));
  const of = (name: string) => facts.get(name) ?? '';
  const major = Number.parseInt(of('redis_version'), 10);
  if (!(major >= MAJOR_MIN)) {
    throw refused(`it is version ${of('redis_version')}; use 7.0 or newer, or Valkey`);
  }
  if (of('role') !== 'master') {
    throw refused('it is a replica; name the master in the address');
  }
  const policy = of('maxmemory_policy');
  if (policy !== 'noeviction') {
    throw refused(
      `it drops keys when memory is full (maxmemory-policy ${policy}); set maxmemory-policy noeviction`,
    );
  }
  if (of('aof_enabled') !== '1' && !isVolatile) {
    const or = kept === 'stock' ? ', or say with --redis-volatile that this is meant' : '';
    throw refused(`it keeps nothing over a restart; set appendonly yes${or}`);
  }
  return { runId: of('run_id') };
}

function factsOf(text: string): Map<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}
