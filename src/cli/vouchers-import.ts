// Imports a file of codes, a quarter of a million at a time: what a piece has brought in stays, whatever
// becomes of the next one, and done again it is passed over.

import { REFUSALS, type Refused } from '../kernel/refusals.ts';
import type { Campaigns } from '../orders/campaigns.ts';
import type { CodeImport } from '../orders/code-import.ts';
import { readCodes } from './code-lines.ts';
import { CommandFailure } from './failure.ts';
import { Progress } from './progress.ts';

const PIECE = 250_000;
const NAMED_MAX = 100;

interface Importing {
  campaign: string;
  file: string;
  quiet: boolean;
}

export async function importCodes(
  campaigns: Campaigns,
  { campaign, file, quiet }: Importing,
): Promise<CodeImport> {
  const progress = new Progress({ quiet });
  const total: CodeImport = { imported: 0, repeated: 0, taken: 0, takenBy: [], malformed: 0 };
  let count = 0;
  const take = async (codes: readonly string[]) => {
    const answer = await campaigns.import(campaign, codes);
    if (!answer.ok) throw failureOf(answer);
    const { takenBy, ...counts } = answer.value;
    for (const [name, value] of Object.entries(counts)) total[name as keyof typeof counts] += value;
    total.takenBy.push(...takenBy.slice(0, NAMED_MAX - total.takenBy.length));
    count += codes.length;
    progress.show('Importing', count);
  };
  try {
    let codes: string[] = [];
    for await (const code of readCodes(file)) {
      if (codes.push(code) < PIECE) continue;
      await take(codes);
      codes = [];
    }
    await take(codes);
    return total;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code?.startsWith('E') ? new CommandFailure(`cannot read ${file}: ${message}`) : error;
  } finally {
    progress.end();
  }
}

/** A refusal as the end of a command. */
export function failureOf({ code, details }: Refused): CommandFailure {
  return new CommandFailure(`${REFUSALS[code]} (${code} ${JSON.stringify(details)})`);
}
