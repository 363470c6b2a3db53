// A real SMTP server on a port of its own: it notes what it was handed, and takes, refuses, hangs or goes
// away as the test says. Speaks TLS and asks for a password where the test wants that.

import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { lastingPort } from './free-port.ts';

export interface Mail {
  from: string;
  to: string[];
  /** Lower-case names. */
  headers: Record<string, string>;
  text: string;
  /** As it came. */
  raw: string;
}

export type MailFault = 'refuses' | 'hangs' | 'busy';

export interface MailServerOptions extends Pick<SMTPServerOptions, 'secure' | 'key' | 'cert'> {
  /** Asked for where given. */
  password?: string;
  /** STARTTLS is offered. */
  startTls?: boolean;
}

export class MailServer {
  readonly mails: Mail[] = [];
  readonly port: number;
  fault: MailFault | undefined;
  /** How many were made so far. */
  connections = 0;
  readonly #options: MailServerOptions;
  #server: SMTPServer | undefined;
  #came = Promise.withResolvers<void>();

  private constructor(port: number, options: MailServerOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    const server = new MailServer(await lastingPort(), options);
    await server.comeBack();
    return server;
  }

  /** Resolves once so many mails have come. */
  async has(many: number): Promise<void> {
    while (this.mails.length < many) await this.#came.promise;
  }

  async comeBack(): Promise<void> {
    const { password, startTls = false, ...more } = this.#options;
    const disabledCommands = [...(password ? [] : ['AUTH']), ...(startTls ? [] : ['STARTTLS'])];
    const server = new SMTPServer({
      ...more,
      disabledCommands,
      allowInsecureAuth: true,
      authOptional: password === undefined,
      logger: false,
      closeTimeout: 1,
      onAuth: ({ password: said }, _, done) => {
        if (said === password) done(null, { user: 'shop' });
        else done(Object.assign(new Error(`wrong password ${said}`), { responseCode: 535 }));
      },
      onConnect: (_, done) => {
        this.connections += 1;
        done();
      },
      onRcptTo: (_, __, done) => this.#answer(done, 550),
      onData: (stream, { envelope }, done) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const to = envelope.rcptTo.map(({ address }) => address);
        // A client that is killed in the middle of a mail has not sent it.
        text(stream).then((raw) => {
          this.#take({ ...mailOf(raw), from, to });
          done(null, 'taken');
        }, done);
      },
    });
    // Clients that are killed end their connections in the middle of a word.
    server.on('error', () => {});
    server.listen(this.port, '127.0.0.1');
    await once(server.server, 'listening');
    this.#server = server;
  }

  /** Ends every connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => server.close(resolve));
  }

  #take(mail: Mail): void {
    this.mails.push(mail);
    this.#came.resolve();
    this.#came = Promise.withResolvers();
  }

  #answer(done: (error?: Error | null) => void, code: number): void {
    if (this.fault === 'hangs') return;
    const responseCode = this.fault === 'busy' ? 451 : code;
    const said = Object.assign(new Error('not this mail'), { responseCode });
    done(this.fault === undefined ? null : said);
  }
}

function mailOf(raw: string): Pick<Mail, 'headers' | 'raw' | 'text'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).toLowerCase(), words(line.slice(at + 1).trim())];
    }),
  );
  const encoding = headers['content-transfer-encoding'] ?? '7bit';
  return { headers, raw, text: decoded(rest.join('\r\n\r\n'), encoding) };
}

/** Encoded words of a header (RFC 2047). */
function words(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, said: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(said, 'base64').toString('utf8')
        : quoted(said.replaceAll('_', ' ')),
    );
}

function decoded(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return encoding === 'quoted-printable' ? quoted(body.replaceAll('=\r\n', '')) : body;
}

function quoted(said: string): string {
  const bytes = said.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
