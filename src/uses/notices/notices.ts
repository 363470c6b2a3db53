// Notices: which events tell buyers what, through which sender, and what became of each message. Checks the
// command, lets the kernel plan it, shows the answer; deliveries are made and sent as those of webhooks.

import { endpointName } from '../../kernel/endpoint.ts';
import { noticeId, putNotice, removeNotice, replayMessage } from '../../kernel/notice.ts';
import {
  checkNotice,
  checkPreview,
  type NoticeCommand,
  type PreviewCommand,
} from '../../kernel/notice-commands.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import { checkReplayAll } from '../../kernel/webhook-commands.ts';
import type { Sender } from '../../senders/sender.ts';
import type { Answer, CallOptions } from '../../stock.ts';
import { type Deliveries, unknownEndpoint } from '../deliveries/deliveries.ts';
import type { DeliveryPage, DeliveryQuery } from '../deliveries/delivery-search.ts';
import type { Sending } from '../deliveries/sending.ts';
import { type Examples, NoticePreview, type Preview } from './notice-preview.ts';
import { type NoticeSendingParts, noticeSending } from './notice-sending.ts';
import { type MessageDelivery, type Notice, viewMessage, viewNotice } from './notice-views.ts';

export interface NoticeOptions extends Pick<NoticeSendingParts, 'timeoutMs' | 'random'> {
  /** What previews show where no document is named. */
  examples?: Examples | undefined;
}

/** A notice, and whether the command made it. */
export type PutNotice = Notice & { isNew: boolean };
export type MessageQuery = Omit<DeliveryQuery, 'of'> & { notice: string };

export class Notices {
  readonly #deliveries: Deliveries;
  readonly #senders: ReadonlyMap<string, Sender>;
  readonly #options: NoticeOptions;

  /** @throws RangeError for two senders of one name */
  constructor(
    deliveries: Deliveries,
    senders: readonly Sender[] = [],
    options: NoticeOptions = {},
  ) {
    this.#deliveries = deliveries;
    this.#senders = new Map(senders.map((sender) => [sender.name, sender]));
    this.#options = options;
    if (this.#senders.size < senders.length) throw new RangeError('two senders have one name');
  }

  /** How buyers are told; undefined where nothing is sent. */
  get sending(): Sending | undefined {
    const { bodies, onError } = this.#deliveries;
    const { timeoutMs, random } = this.#options;
    return bodies && noticeSending({ bodies, senders: this.#senders, timeoutMs, random, onError });
  }

  // ── Notices ───────────────────────────────────────────────────────────────────────────────────

  /** Creates a notice, or changes it. */
  async put(command: NoticeCommand, options: CallOptions = {}): Promise<Answer<PutNotice>> {
    const wrong = checkNotice(command);
    if (wrong) return wrong;
    const { notice, sender } = command;
    if (!this.#senders.has(sender)) return refuse('unknown-sender', { sender });
    const answer = await this.#deliveries.put(noticeId(notice), options, {
      asked: ['put-notice', command],
      rule: (context) => putNotice(command, context),
    });
    if (!answer.ok) return answer;
    const { document, isNew } = answer.value;
    return { ...answer, value: { ...viewNotice(document), isNew } };
  }

  async remove(notice: string, options: CallOptions = {}): Promise<Answer<Notice>> {
    const answer = await this.#deliveries.change(noticeId(notice), options, {
      asked: ['remove-notice', { notice }],
      rule: removeNotice,
      unknown: unknownEndpoint('notice', notice),
    });
    return answer.ok ? { ...answer, value: viewNotice(answer.value) } : answer;
  }

  async notice(name: string): Promise<Notice | undefined> {
    const found = await this.#deliveries.endpoint(noticeId(name));
    return found && viewNotice(found);
  }

  notices(): Notice[] {
    return this.#deliveries.endpoints('notice').map(viewNotice);
  }

  /** What it would tell, and which of its placeholders are wrong. */
  async preview(command: PreviewCommand): Promise<{ ok: true; value: Preview } | Refused> {
    const wrong = checkPreview(command);
    if (wrong) return wrong;
    const { bodies, parts } = this.#deliveries;
    const { examples } = this.#options;
    if (bodies === undefined || examples === undefined) return refuse('unavailable');
    const found = await this.#deliveries.endpoint(noticeId(command.notice));
    if (found === undefined) return unknownEndpoint('notice', command.notice);
    return new NoticePreview({ engine: parts.engine, bodies, examples }).of(found, command);
  }

  // ── Messages ──────────────────────────────────────────────────────────────────────────────────

  /** Newest first. May be a little behind; `asOf` says where it stands. */
  deliveries({ notice, ...rest }: MessageQuery): Promise<DeliveryPage<MessageDelivery>> {
    return this.#deliveries.search('notice').page({ ...rest, of: notice }, viewMessage);
  }

  /** Sends one again that is over, if that is not too late by the notice as it is now. */
  async replay(
    command: { notice: string; delivery: string },
    options: CallOptions = {},
  ): Promise<Answer<MessageDelivery>> {
    const { notice: of, delivery } = command;
    const found = await this.#deliveries.endpoint(noticeId(of));
    if (found === undefined) return unknownEndpoint('notice', of);
    const { engine } = this.#deliveries.parts;
    const answer = await this.#deliveries.replayOne({ kind: 'notice', of, delivery }, options, {
      asked: ['replay-message', command],
      rule: (latest) => replayMessage(latest, found, engine.clock().nowMs),
    });
    return answer.ok ? { ...answer, value: viewMessage(answer.value) } : answer;
  }

  /** Sends those again that are over and not too late; how many. */
  async replayAll(command: {
    notice: string;
    sinceMs: number;
    all?: boolean;
  }): Promise<Answer<{ replayed: number }>> {
    const { notice: of, sinceMs, all = false } = command;
    const wrong = checkReplayAll({ webhook: of, sinceMs });
    if (wrong) return wrong;
    const found = await this.#deliveries.endpoint(noticeId(of));
    if (found === undefined) return unknownEndpoint('notice', of);
    const states = all ? ['FAILED', 'DONE'] : ['FAILED'];
    const { engine } = this.#deliveries.parts;
    const replayed = await this.#deliveries.moveAll(
      { kind: 'notice', of: endpointName(found), states, sinceMs },
      (latest) => replayMessage(latest, found, engine.clock().nowMs),
    );
    return { ok: true, repeated: false, value: { replayed } };
  }
}
