// The option that names the ways in which buyers are told: collects them, and reads none, because whoever
// refuses an option repeats it, and passwords may stand in these.

import { Option } from 'commander';

export interface SenderOptions {
  sender?: string[];
}

export function senderOption(): Option {
  return new Option(
    '--sender <name=address>',
    'how buyers are told: NAME=log:, NAME=https://..., NAME=smtp(s)://...; repeatable',
  )
    .env('HOLDFAST_SENDERS')
    .argParser((text: string, before: string[] = []) => [
      ...before,
      ...text.split(/\s+/).filter(Boolean),
    ]);
}

export const SENDERS_HELP = `
Senders: mail goes out by smtp(s)://USER:PASSWORD@HOST/?from=shop@example.com. The password, and for
https:// the secret (whsec_...) that signs, may be in HOLDFAST_SENDER_SECRET_MAIL, for a sender called
mail; with _FILE behind its name it is the path of a file that holds it.`;
