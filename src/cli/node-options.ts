// The options of `holdfast node` and `holdfast node settle`: where the centre is, who this node is, and
// which share it sells. Says what does not go together.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDurationMs } from '../http/duration.ts';
import { checkPool } from '../kernel/check-command.ts';
import type { Centre } from '../quota/centre.ts';
import { type CentreAddress, centreOverHttp } from '../quota/centre-over-http.ts';
import { UsageError } from './failure.ts';
import { whole } from './numbers.ts';

export interface CentreOptions {
  centre?: string;
  key?: string;
  name?: string;
  pools?: string[];
  store?: string;
}

export interface ShareOptions extends CentreOptions {
  share: number;
  leaseFor?: number;
  offline?: boolean;
}

export const LEASE_DEFAULT_MS = 30_000;
const LEASE_MIN_MS = 500;
const LEASE_MAX_MS = 86_400_000;
/** One attempt takes no more of a lease's time. */
const ATTEMPT_SHARE = 0.2;
const ATTEMPT_MOST_MS = 2_000;

export function addCentreOptions(command: Command): Command {
  return command
    .addOption(new Option('--centre <url>', 'the server that has the stock').env('HOLDFAST_CENTRE'))
    .addOption(
      new Option('--key <key>', 'API key for it, of a seller or above').env('HOLDFAST_CENTRE_KEY'),
    )
    .option('--name <name>', 'who this node is: one name, one node')
    .option('--store <path>', 'file of its own; without one it keeps nothing');
}

/** What the pools are named for; then commas. */
export function addPools(command: Command, what: string): Command {
  return command.option('--pools <ids>', what, poolIds);
}

export function addShareOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--share <number>', 'unsold units of each pool to have here')
        .argParser(whole(1, 1_000_000_000))
        .default(50),
    )
    .option('--lease-for <time>', 'what a dead node keeps back for: 30s (the default), 5m', leaseMs)
    .option('--offline', 'a till that sells for good without asking; needs --store');
}

/** What none of both can do without. */
export function named({ centre, name }: CentreOptions) {
  if (centre === undefined) throw new UsageError('say where the stock is: --centre URL');
  if (name === undefined) throw new UsageError('say who this node is: --name NAME');
  return { centre, name };
}

export function namedPools({ pools }: CentreOptions): string[] {
  if (pools === undefined) throw new UsageError('say what it sells: --pools ID,ID');
  return pools;
}

/** How long leases last; undefined for an offline till. */
export function leaseForMs({ offline, leaseFor, store }: ShareOptions): number | undefined {
  if (offline !== true) return leaseFor ?? LEASE_DEFAULT_MS;
  if (leaseFor !== undefined) {
    throw new UsageError('an offline till keeps its share until it is settled: no --lease-for');
  }
  if (store === undefined) {
    throw new UsageError('an offline till sells for good, so it needs a file: --store PATH');
  }
  return undefined;
}

export function centreAt(url: string, key: string | undefined, forMs: number | undefined): Centre {
  const timeoutMs =
    forMs === undefined ? ATTEMPT_MOST_MS : Math.min(ATTEMPT_MOST_MS, forMs * ATTEMPT_SHARE);
  const address: CentreAddress = { url, apiKey: key, timeoutMs };
  return centreOverHttp(address);
}

function leaseMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms >= LEASE_MIN_MS && ms <= LEASE_MAX_MS) return ms;
  throw new InvalidArgumentError('It must be a time such as 30s or 5m, from 500ms to 1d.');
}

function poolIds(text: string): string[] {
  const ids = [...new Set(text.split(','))];
  if (ids.every((id) => checkPool(id, 'pools') === undefined)) return ids;
  throw new InvalidArgumentError('It must be ids of pools with commas between them: tea,cup.');
}
