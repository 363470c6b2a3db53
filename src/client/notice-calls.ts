// The part of the client that is about notices: what buyers are told, and what became of it.

import type { Answer } from './answer.ts';
import type { Caller } from './caller.ts';
import type { CallOptions, CommandOptions } from './options.ts';
import { queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';

export class NoticeCalls {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Creates a notice, or changes it. */
  put({ notice, ...body }: requests.NoticeRequest, options: CommandOptions = {}) {
    return this.#caller.command<replies.Notice>('PUT', noticePath(notice), body, options);
  }

  notice(name: string, options: CallOptions = {}): Promise<Answer<replies.Notice>> {
    return this.#caller.read(noticePath(name), options);
  }

  notices(options: CallOptions = {}) {
    return this.#caller.read<{ notices: replies.Notice[] }>('/v1/notices', options);
  }

  remove(name: string, options: CommandOptions = {}) {
    return this.#caller.command<replies.Notice>('DELETE', noticePath(name), {}, options);
  }

  /** What it would tell, of a document or of an example; sends nothing. */
  preview({ notice, ...body }: requests.PreviewRequest, options: CommandOptions = {}) {
    const path = `${noticePath(notice)}/preview`;
    return this.#caller.command<replies.Preview>('POST', path, body, options);
  }

  deliveries(name: string, query: requests.DeliveryQuery = {}, options: CallOptions = {}) {
    const path = `${noticePath(name)}/deliveries${queryOf({ ...query })}`;
    return this.#caller.read<replies.MessagePage>(path, options);
  }

  /** Tells one again, if that is not too late. */
  replayOne(name: string, delivery: string, options: CommandOptions = {}) {
    const path = `${noticePath(name)}/deliveries/${encodeURIComponent(delivery)}/replay`;
    return this.#caller.command<replies.Message>('POST', path, {}, options);
  }

  /** Tells again what has happened since a moment and is not too late. */
  replay({ notice, ...body }: requests.ReplayNoticeRequest, options: CommandOptions = {}) {
    const path = `${noticePath(notice)}/replay`;
    return this.#caller.command<{ replayed: number }>('POST', path, body, options);
  }
}

function noticePath(name: string): string {
  return `/v1/notices/${encodeURIComponent(name)}`;
}
