// Opens a sender of e-mail with its library, which is loaded only here: it is an optional peer dependency.

import { HoldfastError } from '../errors.ts';
import { readSmtpAddress } from './smtp-address.ts';
import { SmtpSender } from './smtp-sender.ts';

export interface SmtpOptions {
  name: string;
  /** `smtps://user:password@mail.example/?from=shop@example.com` */
  url: string;
  /** Where the address has a name alone. */
  password?: string | undefined;
}

/** @throws TypeError for a wrong address; HoldfastError `unavailable` when the library is not installed */
export async function openSmtp({ name, url, password }: SmtpOptions): Promise<SmtpSender> {
  const address = readSmtpAddress(url, password);
  const library = await import('nodemailer').catch(() => {
    throw new HoldfastError('unavailable', 'the library is not installed: npm install nodemailer');
  });
  return new SmtpSender(library, name, address);
}
