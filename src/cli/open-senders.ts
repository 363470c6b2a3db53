// Opens the senders that a command names. What is wrong with one is said by its name: its address may have
// a password in it, and is never shown.

import pino from 'pino';
import { HoldfastError } from '../errors.ts';
import { HttpSender } from '../senders/http-sender.ts';
import { LogSender } from '../senders/log-sender.ts';
import { openSmtp } from '../senders/open-smtp.ts';
import type { Sender } from '../senders/sender.ts';
import type { SmtpSender } from '../senders/smtp-sender.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { secretOf } from './secret-of.ts';
import type { SenderOptions } from './sender-option.ts';
import type { WebhookCliOptions } from './webhook-option.ts';

export interface OpenSenders {
  senders: Sender[];
  closeSenders: () => Promise<void>;
}

const NAME = /^[A-Za-z0-9._:@-]{1,128}$/;

/** @throws UsageError for an address that is none, a secret that is missing, a name that comes twice */
export async function openSenders({
  sender: named = [],
  webhookPrivate,
}: SenderOptions & WebhookCliOptions): Promise<OpenSenders> {
  const senders: Sender[] = [];
  const mail: SmtpSender[] = [];
  for (const [name, address] of named.map(readNamed)) {
    if (senders.some((other) => other.name === name)) {
      throw new UsageError(`--sender ${name} is named twice`);
    }
    const opened = await openSender(name, address, webhookPrivate);
    senders.push(opened);
    if ('close' in opened) mail.push(opened as SmtpSender);
  }
  const closeSenders = async () => {
    for (const one of mail) await one.close();
  };
  return { senders, closeSenders };
}

function readNamed(text: string): [name: string, address: string] {
  const at = text.indexOf('=');
  const name = text.slice(0, Math.max(0, at));
  if (NAME.test(name)) return [name, text.slice(at + 1)];
  throw new UsageError('--sender takes NAME=ADDRESS, such as mail=smtp://mail.example/?from=...');
}

async function openSender(name: string, url: string, privateRanges?: string[]): Promise<Sender> {
  const variable = `HOLDFAST_SENDER_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  if (url === 'log:') return new LogSender(name, stderrLog());
  try {
    if (/^smtps?:/.test(url)) return await openSmtp({ name, url, password: secretOf(variable) });
    if (/^https?:/.test(url)) {
      const secret = secretOf(variable);
      if (secret === undefined) {
        throw new UsageError(`--sender ${name} needs ${variable}, or ${variable}_FILE`);
      }
      return new HttpSender({ name, url, secret, privateRanges });
    }
  } catch (error) {
    if (error instanceof UsageError || error instanceof CommandFailure) throw error;
    if (error instanceof HoldfastError) {
      throw new CommandFailure(`--sender ${name}: ${error.message}`);
    }
    throw new UsageError(`--sender ${name}: ${wrongWith(error)}`);
  }
  throw new UsageError(`--sender ${name}: it must begin with log:, https://, smtp:// or smtps://`);
}

/** Errors of our own say what is wrong; what others say may repeat a secret. */
function wrongWith(error: unknown): string {
  const isOwn = error instanceof TypeError && (error as NodeJS.ErrnoException).code === undefined;
  return isOwn ? error.message : 'the address or the secret (whsec_ and base64) is none';
}

function stderrLog(): pino.Logger {
  return pino(pino.destination({ dest: 2, sync: true }));
}
