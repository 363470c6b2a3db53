// `holdfast export`: the journal as lines of JSON, for other programs to read. Only reads.

import { once } from 'node:events';
import { Command, Option } from 'commander';
import type { Entry } from '../engines/contract.ts';
import { withoutCampaignSecret } from '../kernel/campaign.ts';
import { withoutSecret } from '../kernel/webhook.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { whole } from './numbers.ts';
import { type PartOptions, partOption } from './part-option.ts';
import { addRecordOptions, type RecordOptions, redisOptions } from './record-options.ts';
import { hearStopSignals } from './stop-signals.ts';

const PAGE = 1_000;
const EXAMPLES = `
Examples:
  holdfast export --engine sqlite:shop.db > journal.jsonl
  holdfast export --after 1200 --limit 10

One accepted command per line, in the order in which they took effect.`;

interface ExportOptions extends PartOptions, RecordOptions {
  engine: string;
  after: number;
  limit?: number;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .description('print the journal as lines of JSON')
    .addOption(engineOption())
    .addOption(partOption())
    .addOption(
      new Option('--after <position>', 'start behind this entry')
        .argParser(whole(0, Number.MAX_SAFE_INTEGER))
        .default(0),
    )
    .addOption(
      new Option('--limit <number>', 'stop after so many entries').argParser(
        whole(1, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addHelpText('after', EXAMPLES)
    .action(exportJournal);
  return addRecordOptions(command);
}

async function exportJournal(options: ExportOptions): Promise<void> {
  const signals = hearStopSignals();
  const engine = await openNamedEngine(options.engine, {
    existing: true,
    parts: options.part,
    ...redisOptions(options),
  });
  try {
    let { after, limit: left = Number.POSITIVE_INFINITY } = options;
    while (left > 0 && !signals.signal.aborted) {
      const limit = Math.min(PAGE, left);
      const entries = await engine.entries({ after, limit });
      const text = entries.map((entry) => `${JSON.stringify(withoutSecrets(entry))}\n`).join('');
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      if (entries.length < limit) return;
      after = entries.at(-1)!.position;
      left -= entries.length;
    }
  } finally {
    await engine.close();
    signals.release();
  }
}

/** What signs webhooks and seals codes is nobody's to read. */
function withoutSecrets(entry: Entry): Entry {
  if (!entry.documents.some(({ kind }) => kind === 'webhook' || kind === 'campaign')) return entry;
  const documents = entry.documents.map((one) => withoutCampaignSecret(withoutSecret(one)));
  return { ...entry, documents };
}
