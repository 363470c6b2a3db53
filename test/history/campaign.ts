// Records and checks one history after another, sums up, and stops at the first that is wrong with
// everything needed to look at it and to repeat it.

import { checkHistory } from '../../src/history/check-history.ts';
import { overlapping } from '../../src/history/overlap.ts';
import type { Recorded } from './in-process.ts';
import { report } from './report.ts';

export interface Campaign {
  /** Records the history of a seed; undefined: set aside, it says nothing. */
  record: (seed: number) => Promise<Recorded | undefined>;
  seed: number;
  histories: number;
  /** Further seeds are taken up to so many, until so many histories said something and were decided. Default: none. */
  seedsMax?: number;
  /** As the soak script names it. */
  engine: string;
  onHistory?: (totals: Totals) => void;
}

export interface Totals {
  histories: number;
  /** Of these: the search gave none of their groups up. */
  decided: number;
  setAside: number;
  operations: number;
  unknown: number;
  overlapping: number;
  /** Groups of pools whose search gave up. */
  undecided: number;
  steps: number;
  failure?: string;
}

export async function runCampaign(campaign: Campaign): Promise<Totals> {
  const totals: Totals = {
    histories: 0,
    decided: 0,
    setAside: 0,
    operations: 0,
    unknown: 0,
    overlapping: 0,
    undecided: 0,
    steps: 0,
  };
  const { seed: first, histories, seedsMax = histories, engine, record, onHistory } = campaign;
  for (let seed = first; seed < first + seedsMax && totals.decided < histories; seed += 1) {
    const recorded = await record(seed);
    if (recorded === undefined) totals.setAside += 1;
    else {
      const failure = look(recorded, totals, `seed ${seed} over ${engine}`);
      if (failure !== undefined) {
        const again = `node test/history/soak.ts --engine ${engine} --seed ${seed} --histories 1`;
        totals.failure = `${failure}\n\nagain:\n  ${again}\n`;
        return totals;
      }
    }
    onHistory?.(totals);
  }
  return totals;
}

function look({ history, problems }: Recorded, totals: Totals, title: string): string | undefined {
  const { operations } = history;
  totals.histories += 1;
  totals.operations += operations.length;
  totals.unknown += operations.filter(({ completed }) => completed === undefined).length;
  totals.overlapping += overlapping(operations);
  const verdict = checkHistory(history);
  if (verdict.undecided === 0) totals.decided += 1;
  totals.undecided += verdict.undecided;
  totals.steps += verdict.steps;
  const [violation] = verdict.violations;
  if (violation !== undefined) return report(violation, title);
  return problems.length === 0 ? undefined : `${title}: ${problems.slice(0, 10).join('\n  ')}`;
}
