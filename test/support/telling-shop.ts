// A shop that tells its buyers: by mail through a real SMTP server, by a signed request to a real receiver.
// Messages go when the test says so.

import assert from 'node:assert/strict';
import { EXAMPLES } from '../../src/http/event-examples.ts';
import { WEBHOOK_FORMAT } from '../../src/http/webhook-views.ts';
import type { NoticeCommand } from '../../src/kernel/notice-commands.ts';
import type { OrderCommand } from '../../src/kernel/order-commands.ts';
import { HttpSender } from '../../src/senders/http-sender.ts';
import { openSmtp } from '../../src/senders/open-smtp.ts';
import type { Sender } from '../../src/senders/sender.ts';
import type { SmtpSender } from '../../src/senders/smtp-sender.ts';
import { openUses, type Uses, type UsesOptions } from '../../src/uses/open-uses.ts';
import { verify } from '../../src/verify/verify.ts';
import { MailServer } from './mail-server.ts';
import { Receiver } from './receiver.ts';
import { accepted, Shop } from './shop.ts';

export const SMS_SECRET = 'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=';
export const PRIVATE = ['127.0.0.0/8'];

export function mailSender(server: MailServer): Promise<SmtpSender> {
  const url = `smtp://127.0.0.1:${server.port}/?from=Shop%20%3Cshop@example.com%3E`;
  return openSmtp({ name: 'mail', url });
}

export class TellingShop {
  readonly shop: Shop;
  readonly mail: MailServer;
  readonly sms: Receiver;
  readonly errors: unknown[] = [];
  uses!: Uses;
  readonly #mailSender: SmtpSender;

  private constructor(parts: { shop: Shop; mail: MailServer; sms: Receiver; sender: SmtpSender }) {
    this.shop = parts.shop;
    this.mail = parts.mail;
    this.sms = parts.sms;
    this.#mailSender = parts.sender;
  }

  static async open(): Promise<TellingShop> {
    const shop = await (await Shop.open()).fill({ tea: 500, seat: 1, console: 3 });
    const mail = await MailServer.start();
    const sms = await Receiver.start();
    const sender = await mailSender(mail);
    const telling = new TellingShop({ shop, mail, sms, sender });
    await telling.reopen();
    return telling;
  }

  /** As a server that is started anew, with these senders beside or in place of its own. */
  async reopen(more: { senders?: Sender[]; notices?: UsesOptions['notices'] } = {}): Promise<void> {
    await this.uses?.close();
    const url = this.sms.url.replace('/hook', '/sms');
    const sms = new HttpSender({ name: 'sms', url, secret: SMS_SECRET, privateRanges: PRIVATE });
    this.uses = await openUses(this.shop.stock, {
      senders: more.senders ?? [this.#mailSender, sms],
      webhooks: {
        format: WEBHOOK_FORMAT,
        privateRanges: PRIVATE,
        onError: (error) => this.errors.push(error),
      },
      notices: { examples: EXAMPLES, random: () => 0.5, ...more.notices },
    });
  }

  /** Closes it, and expects journal, balances and documents to agree. */
  async close(): Promise<void> {
    await this.uses.close();
    assert.deepEqual((await verify(this.shop.engine)).problems, []);
    await this.shop.stock.close();
    await this.#mailSender.close();
    await this.mail.stop();
    await this.sms.stop();
  }

  async put(more: Partial<NoticeCommand> = {}) {
    const notice: NoticeCommand = {
      notice: 'reserved',
      sender: 'mail',
      events: ['order.reserved'],
      to: '{{order.metadata.email}}',
      subject: 'Your order {{order.reference}}',
      text: 'Dear {{buyer}}',
    };
    return accepted(await this.uses.notices.put({ ...notice, ...more }));
  }

  async order(more: Partial<OrderCommand> = {}) {
    const lines = [{ pool: 'tea', quantity: 2, unitPrice: 450 }];
    const metadata = { email: 'ann@example.com' };
    const command = { lines, currency: 'EUR', buyer: 'ann', reference: 'A-1', metadata };
    return accepted(await this.uses.orders.checkout({ ...command, ...more }));
  }

  /** Sends what is due, until nothing is. */
  async send(): Promise<void> {
    await this.uses.webhooks.idle();
    while ((await this.shop.stock.sweep()) > 0) await this.uses.webhooks.idle();
  }

  /** Lets time pass minute by minute, and sends what falls due. */
  async pass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute += 1) {
      this.shop.time.passMs(60_000);
      await this.send();
    }
  }

  async messages(notice = 'reserved') {
    return (await this.uses.notices.deliveries({ notice })).deliveries;
  }

  /** What became of each message, newest first: its status and the last word about it. */
  async outcomes(notice?: string): Promise<[status: string, word: string | undefined][]> {
    return (await this.messages(notice)).map(({ status, attempts }) => [
      status,
      attempts.at(-1)?.error,
    ]);
  }
}
