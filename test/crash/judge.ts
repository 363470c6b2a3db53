// Asks a server that has just come back, and finds everything that is not as the buyers' log says:
// lost answers, things sold twice, outcomes that stay unknown, keys that answer otherwise than the
// first time. Knows only HTTP and the log; the engine's own verification runs beside it.

import {
  type Acknowledged,
  type AcknowledgedLog,
  acknowledged,
  mayFollow,
} from './acknowledged-log.ts';
import { POOLS } from './buyers.ts';
import { askOf } from './command.ts';
import { each } from './each.ts';
import type { Sender } from './http-client.ts';
import type { Random } from './random.ts';

const OLDER_CHECKED = 200;
const NEW_REPEATED = 300;
const OLDER_REPEATED = 100;

export interface Findings {
  /** What acknowledged answers promised and the server does not show. */
  lost: string[];
  /** Everything else that must not be. */
  wrong: string[];
  reservationsChecked: number;
  keysRepeated: number;
}

/** What a run of rounds comes to, whatever it did to the servers. */
export interface RunTotals extends Findings {
  rounds: number;
  acknowledged: number;
  refused: number;
  unknown: number;
  /** What became of the unknown ones when they were sent again with their keys. */
  resolvedAccepted: number;
  resolvedRefused: number;
  /** The last words of servers, if something was found. */
  stderr: string;
}

export interface Case {
  client: Sender;
  log: AcknowledgedLog;
  random: Random;
  /** How many reservations and keys there were at the last look. */
  since: { reservations: number; keys: number };
  /** Look at everything, not at a sample of what is older. */
  all: boolean;
}

export const NOTHING_FOUND = (): Findings => ({
  lost: [],
  wrong: [],
  reservationsChecked: 0,
  keysRepeated: 0,
});

/**
 * Resolves what is unknown, then compares the server with the log; adds to `findings`. Nobody else
 * may be shopping.
 */
export async function judge(it: Case, findings: Findings): Promise<void> {
  await resolveUnknown(it, findings);
  await repeatKeys(it, findings);
  await checkReservations(it, findings);
  await checkPools(it, findings);
  findings.wrong.push(...it.log.contradictions.splice(0));
}

async function resolveUnknown({ client, log }: Case, findings: Findings): Promise<void> {
  await each([...log.unknown.values()], async (command) => {
    log.answered(command, await client.send(askOf(command)));
  });
  for (const key of log.unknown.keys()) findings.wrong.push(`${key} stays unknown`);
}

async function repeatKeys(it: Case, findings: Findings): Promise<void> {
  const { client, log } = it;
  const keys = [...log.accepted.keys()];
  const before = it.since.keys;
  const looked = chosen(keys, before, { ...it, newer: NEW_REPEATED, older: OLDER_REPEATED });
  await each(looked, async (key) => {
    const { command } = log.accepted.get(key)!;
    const reply = await client.send(askOf(command));
    findings.keysRepeated += 1;
    if (reply.status >= 400) {
      const code = JSON.stringify(reply.body);
      findings.lost.push(`${command.verb} ${key} was accepted and is now refused: ${code}`);
      return;
    }
    if (!reply.replayed) findings.wrong.push(`${command.verb} ${key} took effect a second time`);
    log.answered(command, reply);
  });
}

async function checkReservations(it: Case, findings: Findings): Promise<void> {
  const { client, log } = it;
  const ids = [...log.reservations.keys()];
  const before = it.since.reservations;
  const looked = chosen(ids, before, { ...it, newer: ids.length, older: OLDER_CHECKED });
  await each(looked, async (id) => {
    const reply = await client.send({ method: 'GET', path: `/v1/reservations/${id}` });
    findings.reservationsChecked += 1;
    const expected = log.reservations.get(id)!;
    if (reply.status === 404) findings.lost.push(`${expected.status} reservation ${id} is gone`);
    else compare(expected, acknowledged(reply), findings);
  });
}

function compare(expected: Acknowledged, found: Acknowledged, findings: Findings): void {
  const both = `${JSON.stringify(found)}, acknowledged was ${JSON.stringify(expected)}`;
  if (found.version < expected.version || !mayFollow(expected.status, found.status)) {
    findings.lost.push(`found ${both}`);
    return;
  }
  const ranOut =
    found.status === 'EXPIRED' && expected.status === 'HELD' && expected.expiresAtMs! <= Date.now();
  if (ranOut) return;
  const same =
    found.version === expected.version &&
    found.status === expected.status &&
    JSON.stringify(found.lines) === JSON.stringify(expected.lines);
  if (!same) findings.wrong.push(`no answer explains ${both}`);
}

async function checkPools({ client, log }: Case, findings: Findings): Promise<void> {
  const sold = log.sold();
  await each(POOLS, async (pool) => {
    const { status, body } = await client.send({ method: 'GET', path: `/v1/pools/${pool}` });
    if (status === 404) {
      findings.lost.push(`pool ${pool} is gone`);
      return;
    }
    const of = (account: string) => Number(body[account]);
    const units = { received: log.received.get(pool) ?? 0, sold: sold.get(pool) ?? 0 };
    const here = `${pool} has ${JSON.stringify(body)}, acknowledged were ${JSON.stringify(units)}`;
    if (of('sold') < units.sold) findings.lost.push(`too little is sold: ${here}`);
    if (of('sold') > units.sold) findings.wrong.push(`too much is sold: ${here}`);
    if (of('available') + of('held') + of('sold') !== units.received) {
      findings.wrong.push(`units do not add up: ${here}`);
    }
    if (of('available') < 0 || of('held') < 0) findings.wrong.push(`below zero: ${here}`);
    const bounds = heldBounds(log, pool);
    if (of('held') < bounds.least || of('held') > bounds.most) {
      findings.wrong.push(`held is not in ${JSON.stringify(bounds)}: ${here}`);
    }
  });
}

/** Units held for carts whose time is not over; and with those whose time is, not yet tidied up. */
function heldBounds(log: AcknowledgedLog, pool: string): { least: number; most: number } {
  const soonMs = Date.now() + 1_000;
  let least = 0;
  let most = 0;
  for (const { status, lines, expiresAtMs } of log.reservations.values()) {
    if (status !== 'HELD') continue;
    for (const line of lines) {
      if (line.pool !== pool) continue;
      most += line.quantity;
      if (expiresAtMs! > soonMs) least += line.quantity;
    }
  }
  return { least, most };
}

/** A part of what is new since the last look, and a part of what is older; or all. */
function chosen<T>(
  items: readonly T[],
  since: number,
  { all, random, newer, older }: { all: boolean; random: Random; newer: number; older: number },
): T[] {
  if (all) return [...items];
  const recent = random.sample(items.slice(since), newer);
  return [...recent, ...random.sample(items.slice(0, since), older)];
}
