// `holdfast rebuild` for a store in Redis: shows how far it is, and what came of it. Waits for a server that is
// at it already.

import { setTimeout } from 'node:timers/promises';
import type { RebuildAnswer, RebuildStep } from '../engines/redis/rebuild-store.ts';
import { HoldfastError } from '../errors.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { grouped } from './numbers.ts';
import { Progress } from './progress.ts';
import { type RecordOptions, redisOptions } from './record-options.ts';
import { shownAddress } from './shown-address.ts';

const AGAIN_MS = 500;
const PHASES: Record<RebuildStep['step'], string> = {
  draining: 'Recording what is left',
  waiting: 'Waiting for the lease',
  writing: 'Rebuilding',
};

interface RebuildRedisOptions extends RecordOptions {
  engine: string;
  json?: boolean;
  quiet?: boolean;
}

export async function runRebuildRedis(options: RebuildRedisOptions): Promise<void> {
  const { engine, json = false, quiet = false } = options;
  const { rebuildRedis } = await import('../engines/redis/open-redis.ts');
  const progress = new Progress({ quiet });
  const onStep = ({ step, done, of }: RebuildStep) => progress.show(PHASES[step], done, of);
  const rebuild = () => rebuildRedis(engine, { ...redisOptions(options), onStep });
  try {
    let answer = await rebuild();
    while (!answer.ok && answer.code !== 'standing') {
      progress.show('A server rebuilds it', 0);
      await setTimeout(AGAIN_MS);
      answer = await rebuild();
    }
    progress.end();
    process.stdout.write(json ? `${jsonOf(engine, answer)}\n` : `rebuild: ${sentenceOf(answer)}\n`);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    if (error instanceof HoldfastError) throw new CommandFailure(error.message);
    throw error;
  } finally {
    progress.end();
  }
}

function jsonOf(address: string, answer: RebuildAnswer): string {
  const engine = shownAddress(address);
  if (!answer.ok) return JSON.stringify({ name: 'rebuild', engine, rebuilt: false });
  const { epoch, drained, counts, tookMs } = answer;
  return JSON.stringify({ name: 'rebuild', engine, rebuilt: true, epoch, drained, counts, tookMs });
}

function sentenceOf(answer: RebuildAnswer): string {
  if (!answer.ok) return 'the store is there already';
  const { drained, counts, tookMs, epoch } = answer;
  const written = `${grouped(counts.documents)} documents of ${grouped(counts.owners)} owners`;
  const survived =
    drained.batches === 0
      ? ''
      : `; ${grouped(drained.batches)} batches had survived, and are recorded`;
  return `${written} in ${(tookMs / 1_000).toFixed(1)} s, epoch ${epoch}${survived}`;
}
