// Every sender that ships passes the suite, each against a real other side.

import pino from 'pino';
import type { TakenMessage } from '../../src/senders/conformance.ts';
import { runSenderConformance } from '../../src/senders/conformance.ts';
import { HttpSender } from '../../src/senders/http-sender.ts';
import { LogSender } from '../../src/senders/log-sender.ts';
import { openSmtp } from '../../src/senders/open-smtp.ts';
import { type Mail, MailServer } from '../support/mail-server.ts';
import { Receiver } from '../support/receiver.ts';

const SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
const PASSWORD = 'pa55-w0rd';

runSenderConformance({
  name: 'log',
  open: async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => void lines.push(line) });
    return {
      sender: new LogSender('log', logger),
      to: 'ann@example.com',
      taken: () => lines.map((line) => JSON.parse(line).message as TakenMessage),
      close: async () => {},
    };
  },
});

runSenderConformance({
  name: 'http',
  faults: ['refuses', 'hangs', 'away'],
  open: async () => {
    const receiver = await Receiver.start();
    const privateRanges = ['127.0.0.0/8'];
    const url = receiver.url.replace('//', `//shop:${PASSWORD}@`);
    return {
      sender: new HttpSender({ name: 'http', url, secret: SECRET, privateRanges }),
      to: '+49 30 1234567',
      taken: () => receiver.received.map(({ event }) => event),
      async behaves(fault) {
        if (fault === 'away') return receiver.stop();
        if (!receiver.isUp) await receiver.comeBack();
        receiver.answer = (reply) => {
          if (fault === undefined) reply.writeHead(202).end();
          else if (fault === 'refuses') reply.writeHead(422).end(`no ${PASSWORD}`);
        };
      },
      secrets: [SECRET, PASSWORD],
      close: () => receiver.stop(),
    };
  },
});

const taken = ({ headers, to, text }: Mail): TakenMessage => ({
  id: /^<([^@]+)@example\.com>$/.exec(headers['message-id'] ?? '')?.[1] ?? '',
  to: to.join(),
  ...(headers.subject === undefined ? {} : { subject: headers.subject }),
  text,
});

runSenderConformance({
  name: 'smtp',
  faults: ['refuses', 'hangs', 'away'],
  open: async () => {
    const server = await MailServer.start({ password: PASSWORD });
    const url = `smtp://shop:${PASSWORD}@127.0.0.1:${server.port}/?from=shop@example.com`;
    const sender = await openSmtp({ name: 'smtp', url });
    return {
      sender,
      to: 'ann@example.com',
      taken: () => server.mails.map(taken),
      async behaves(fault) {
        await server.stop();
        if (fault === 'away') return;
        await server.comeBack();
        server.fault = fault;
      },
      secrets: [PASSWORD],
      async close() {
        await sender.close();
        await server.stop();
      },
    };
  },
});
