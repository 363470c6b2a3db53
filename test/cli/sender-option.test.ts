// How `holdfast serve` is told how buyers are reached: what cannot be is refused before it serves, no
// password is ever printed, and what it was told is used.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { MailServer } from '../support/mail-server.ts';
import { Receiver } from '../support/receiver.ts';
import { emptyFolder, run, seen, start } from './cli-process.ts';

const MAIL = 'smtp://shop:hidden@mail.example/?from=shop@example.com';
const SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';

const CASES: [what: string, args: string[], env: Record<string, string>, said: RegExp][] = [
  ['no name', [MAIL], {}, /--sender takes NAME=ADDRESS/],
  ['a name that is none', [`a b=${MAIL}`], {}, /--sender takes NAME=ADDRESS/],
  ['no address', ['mail'], {}, /--sender takes NAME=ADDRESS/],
  ['one named twice', ['a=log:', 'a=log:'], {}, /--sender a is named twice/],
  [
    'another protocol',
    ['mail=imap://shop:hidden@mail.example'],
    {},
    /--sender mail: it must begin/,
  ],
  ['no sender of mail', ['mail=smtp://shop:hidden@mail.example'], {}, /mail: it needs \?from=/],
  [
    'a port that is none',
    ['mail=smtp://shop:hidden@mail.example:x/?from=a@b.c'],
    {},
    /not an addr/,
  ],
  ['a broken password', ['mail=smtp://shop:hidden%@m.example/?from=a@b.c'], {}, /--sender mail: /],
  ['no password', ['mail=smtp://shop@mail.example/?from=a@b.c'], {}, /a name and a password/],
  ['no secret', ['sms=https://u:hidden@sms.example/'], {}, /needs HOLDFAST_SENDER_SECRET_SMS, or/],
  [
    'a secret that is none',
    ['sms-1=https://sms.example/'],
    { HOLDFAST_SENDER_SECRET_SMS_1: 'hidden!' },
    /--sender sms-1: the address or the secret/,
  ],
  [
    'a file that is not there',
    ['sms=https://sms.example/'],
    { HOLDFAST_SENDER_SECRET_SMS_FILE: '/nowhere/key' },
    /HOLDFAST_SENDER_SECRET_SMS_FILE: ENOENT/,
  ],
];

describe('serve --sender', () => {
  for (const [what, senders, env, said] of CASES) {
    test(`refuses ${what}`, async () => {
      const args = senders.flatMap((sender) => ['--sender', sender]);
      const ended = await run(['serve', '--engine', 'memory:', '--port', '0', ...args], { env });
      assert.notEqual(ended.code, 0);
      assert.match(ended.stderr, said);
      assert.ok(!`${ended.stdout}${ended.stderr}`.includes('hidden'), 'a password is printed');
      assert.doesNotMatch(ended.stderr, /^\s+at /m, 'a stack is no message');
    });
  }

  test('tells buyers by log, by request and by mail, as the environment says', async (t) => {
    const mail = await MailServer.start({ password: 'hidden' });
    const sms = await Receiver.start();
    const folder = emptyFolder();
    const file = join(folder, 'password');
    writeFileSync(file, 'hidden\n');
    const { child, ended } = start(['serve', '--port', '0', '--json', '--log-level', 'error'], {
      cwd: folder,
      env: {
        HOLDFAST_ENGINE: 'memory:',
        HOLDFAST_WEBHOOK_PRIVATE: '127.0.0.0/8',
        HOLDFAST_SENDERS: `log=log: sms=${sms.url} mail=smtp://shop@127.0.0.1:${mail.port}/?from=a@b.c`,
        HOLDFAST_SENDER_SECRET_SMS: SECRET,
        HOLDFAST_SENDER_SECRET_MAIL_FILE: file,
      },
    });
    t.after(async () => {
      child.kill('SIGTERM');
      const { stdout, stderr, code } = await ended;
      assert.ok(!`${stdout}${stderr}`.includes('hidden'), 'a password is printed');
      assert.equal(code, 0, stderr);
      await mail.stop();
      await sms.stop();
    });
    const [, url] = await seen(child.stdout, /"url":"([^"]+)"/);
    const send = async (method: string, path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
      assert.ok(reply.status < 300, await reply.text());
    };
    await send('PUT', '/v1/pools/tea', {});
    await send('POST', '/v1/pools/tea/receive', { quantity: 5 });
    for (const sender of ['log', 'sms', 'mail']) {
      const notice = { sender, events: ['order.reserved'], to: 'ann@example.com', text: 'Yours.' };
      await send('PUT', `/v1/notices/${sender}`, notice);
    }
    await send('POST', '/v1/orders', { lines: [{ pool: 'tea', quantity: 1 }] });
    await Promise.all([mail.has(1), sms.has(1), seen(child.stderr, /"sender":"log".*Yours\./)]);
    assert.equal(sms.received[0]!.event.text, 'Yours.');
    assert.equal(mail.mails[0]!.text.trim(), 'Yours.');
  });
});
