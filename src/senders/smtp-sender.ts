// Sends messages as e-mail, with the library of Nodemailer, over a few connections that stay open for a
// while. The delivery's id is the Message-ID, so that a repeat can be seen. Tries nothing again by itself.

import type { NodemailerError, Transporter } from 'nodemailer';
import { type Message, type Sender, SenderError, type SendOptions, type Sent } from './sender.ts';
import { isAddress, type SmtpAddress } from './smtp-address.ts';

/** Less than servers wait: none is closed by them while it is handed a message. */
const IDLE_MS = 30_000;
const CONNECT_WITHIN_MS = 10_000;
const SILENT_MAX_MS = 15_000;
const REFERENCE_MAX = 128;

export type Nodemailer = Pick<typeof import('nodemailer'), 'createTransport'>;

export class SmtpSender implements Sender {
  readonly name: string;
  readonly #address: SmtpAddress;
  readonly #transport: Transporter;

  constructor(library: Nodemailer, name: string, address: SmtpAddress) {
    this.name = name;
    this.#address = address;
    const { host, port, secure, requireTLS, auth } = address;
    this.#transport = library.createTransport({
      pool: true,
      host,
      port,
      secure,
      requireTLS,
      ...(auth === undefined ? {} : { auth }),
      idleTimeout: IDLE_MS,
      maxRequeues: 0,
      connectionTimeout: CONNECT_WITHIN_MS,
      greetingTimeout: CONNECT_WITHIN_MS,
      socketTimeout: SILENT_MAX_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(message: Message, { signal }: SendOptions): Promise<Sent> {
    const { id, to, subject, text } = message;
    // Otherwise a buyer's address could be a list of them.
    if (!isAddress(to)) throw new SenderError('refused', 'bad-recipient');
    const { from, sender } = this.#address;
    const mail = {
      from,
      to: { name: '', address: to },
      envelope: { from: sender, to: [to] },
      ...(subject === undefined ? {} : { subject }),
      text,
      messageId: `<${id}@${sender.slice(sender.indexOf('@') + 1)}>`,
      // No holiday replies (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal,
    };
    try {
      const { response } = (await this.#transport.sendMail(mail)) as { response?: string };
      return response === undefined ? {} : { reference: response.slice(0, REFERENCE_MAX) };
    } catch (error) {
      throw failureOf(error as NodemailerError);
    }
  }

  /** Ends its connections; what is being sent fails. */
  async close(): Promise<void> {
    this.#transport.close();
  }
}

/** About this message is what a server says for good to its recipient or its content. */
const ABOUT_MESSAGE = /^(?:RCPT TO|DATA)$/;

function failureOf(error: NodemailerError): SenderError {
  const [rejected = error] = error.rejectedErrors ?? [];
  const { responseCode, permanent, command } = rejected;
  const code = error.originalCode ?? error.code ?? 'unknown';
  const word = responseCode === undefined || error.code === 'EAUTH' ? code : `smtp-${responseCode}`;
  const isFinal = permanent === true && ABOUT_MESSAGE.test(command ?? '');
  return new SenderError(isFinal ? 'refused' : 'unreachable', word);
}
