// Mail in particular: where it goes out, what its addresses may be, what a server's words mean, and that a
// password is said to nobody who cannot show who he is.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSmtp } from '../../src/senders/open-smtp.ts';
import { type Message, SenderError } from '../../src/senders/sender.ts';
import { isAddress, readSmtpAddress } from '../../src/senders/smtp-address.ts';
import { MailServer, type MailServerOptions } from '../support/mail-server.ts';

const MESSAGE: Message = {
  id: '01a1f888-cf04-73e4-a464-d9c3307a73e6',
  notice: 'offered',
  event: 'waiter.offered',
  to: 'ann@example.com',
  subject: 'It is your turn',
  text: 'Two cups of tea.',
  atMs: 0,
};
const NEVER = new AbortController().signal;

describe('an address of a mail server', () => {
  const FROM = '?from=shop@example.com';
  const READ: [text: string, expected: object][] = [
    [`smtp://mail.example/${FROM}`, { host: 'mail.example', port: 587, secure: false }],
    [`smtps://mail.example/${FROM}`, { port: 465, secure: true }],
    [`smtp://mail.example:25/${FROM}`, { port: 25, requireTLS: false }],
    [`smtp://u%40x:p%3Aw@mail.example${FROM}`, { auth: { user: 'u@x', pass: 'p:w' } }],
    [`smtp://u:p@mail.example${FROM}`, { requireTLS: true }],
    [`smtp://u:p@127.0.0.1${FROM}`, { requireTLS: false }],
    [`smtp://u:p@[::1]:25${FROM}`, { host: '::1', requireTLS: false }],
    [`smtps://u:p@mail.example${FROM}`, { requireTLS: false, secure: true }],
    [
      'smtp://mail.example?from=Shop%20%3Cshop@example.com%3E',
      { from: 'Shop <shop@example.com>', sender: 'shop@example.com' },
    ],
  ];
  for (const [text, expected] of READ) {
    test(text, () => assert.partialDeepStrictEqual(readSmtpAddress(text), expected));
  }

  test('takes a password from elsewhere', () => {
    const { auth } = readSmtpAddress(`smtp://shop@mail.example${FROM}`, 'secret');
    assert.deepEqual(auth, { user: 'shop', pass: 'secret' });
  });

  const WRONG = [
    'mail.example',
    'http://mail.example/?from=shop@example.com',
    'smtp:///?from=shop@example.com',
    'smtp://u:hidden@mail.example',
    'smtp://u:hidden@mail.example?from=shop',
    'smtp://u:hidden@mail.example?from=a@b.example,c@d.example',
    'smtp://u:hidden@mail.example?from=shop@example.com%0d%0aBcc:all@example.com',
    'smtp://u:hidden@mail.example?from=shop@example.com&tls=no',
    'smtp://u@mail.example?from=shop@example.com',
    'smtp://:hidden@mail.example?from=shop@example.com',
  ];
  for (const text of WRONG) {
    test(`${text} is refused, and its password not repeated`, () => {
      assert.throws(
        () => readSmtpAddress(text),
        (error: Error) => error instanceof TypeError && !error.message.includes('hidden'),
      );
    });
  }
});

test('an address of a buyer is one, plainly written', () => {
  for (const good of ['ann@example.com', 'a.b+c@x.co', 'jürgen@müller.example', "o'neil@x.ie"]) {
    assert.ok(isAddress(good), good);
  }
  const bad = [
    '',
    'ann',
    'a@b@c',
    'a b@c',
    'a@b c',
    '<a@b>',
    'a@b,c@d',
    'a@b;c@d',
    '"a"@b',
    'a@b>',
  ];
  for (const text of [...bad, 'a@b\r\nc', 'a@[127.0.0.1]', '(x)a@b', '@b', 'a@']) {
    assert.ok(!isAddress(text), text);
  }
});

async function failing(
  options: MailServerOptions,
  { prepare, more = '' }: { prepare?: (server: MailServer) => void; more?: string } = {},
): Promise<{ error: SenderError; mails: number }> {
  const server = await MailServer.start(options);
  prepare?.(server);
  const url = `smtp://${more}127.0.0.1:${server.port}/?from=shop@example.com`;
  const sender = await openSmtp({ name: 'mail', url });
  try {
    const sent = sender.send(MESSAGE, { signal: NEVER });
    const error = await sent.then(
      () => assert.fail('it was sent'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof SenderError, String(error));
    return { error, mails: server.mails.length };
  } finally {
    await sender.close();
    await server.stop();
  }
}

describe('what a server says', () => {
  test('for good about the recipient refuses the message', async () => {
    const { error } = await failing({}, { prepare: (server) => (server.fault = 'refuses') });
    assert.deepEqual([error.kind, error.word], ['refused', 'smtp-550']);
  });

  test('for now is tried again', async () => {
    const { error } = await failing({}, { prepare: (server) => (server.fault = 'busy') });
    assert.deepEqual([error.kind, error.word], ['unreachable', 'smtp-451']);
  });

  test('about the password is no fault of the message, and the password is not repeated', async () => {
    const { error } = await failing({ password: 'right' }, { more: 'shop:wr0ng@' });
    assert.deepEqual([error.kind, error.word], ['unreachable', 'EAUTH']);
    assert.ok(!`${error.message}${String(error.cause)}`.includes('wr0ng'));
  });

  test('with a certificate that nobody vouches for is not believed', async () => {
    const { error, mails } = await failing({ startTls: true });
    assert.equal(error.kind, 'unreachable');
    assert.equal(mails, 0);
  });
});

test('twenty mails share a few connections', async () => {
  const server = await MailServer.start();
  const url = `smtp://127.0.0.1:${server.port}/?from=shop@example.com`;
  const sender = await openSmtp({ name: 'mail', url });
  const send = (index: number) =>
    sender.send({ ...MESSAGE, id: `${MESSAGE.id}-${index}` }, { signal: NEVER });
  await Promise.all(Array.from({ length: 20 }, (_, index) => send(index)));
  assert.equal(server.mails.length, 20);
  assert.ok(server.connections <= 5, `${server.connections} connections`);
  await sender.close();
  await server.stop();
});

test('a mail says who sent it, that nobody wrote it, and nothing of other buyers', async () => {
  const server = await MailServer.start();
  const url = `smtp://127.0.0.1:${server.port}/?from=Caf%C3%A9%20%3Cshop@example.com%3E`;
  const sender = await openSmtp({ name: 'mail', url });
  await sender.send(MESSAGE, { signal: NEVER });
  const [mail] = server.mails;
  assert.equal(mail!.headers.from, 'Café <shop@example.com>');
  assert.equal(mail!.headers.to, 'ann@example.com');
  assert.equal(mail!.headers['auto-submitted'], 'auto-generated');
  assert.deepEqual(mail!.to, ['ann@example.com']);
  await sender.close();
  await server.stop();
});
