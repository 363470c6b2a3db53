// A reply of the direct way: takes what checks and routes say and makes one text of it, with the same
// headers that Node and the framework would write. Must not say anything of its own.

import { STATUS_CODES } from 'node:http';
import type { Answering } from '../exchange.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** What may stand in a header: nothing that could end it. */
const VALUE = /^[\t -~]*$/;

export interface ReplyTo {
  keepAliveS: number;
  write(text: string, encoding: BufferEncoding): void;
  fail(error: unknown, reply: Answering): void;
}

export class DirectReply implements Answering {
  readonly #to: ReplyTo;
  #headers = '';
  #cacheControl = '';
  #date: string | undefined;
  #status = 200;
  #type = JSON_TYPE;
  #sent = false;

  constructor(to: ReplyTo) {
    this.#to = to;
  }

  /** Each name once: nothing is looked for and replaced, but for what everything else has too. */
  header(name: string, value: string): this {
    if (!VALUE.test(value)) throw new TypeError(`a header cannot have this value: ${name}`);
    if (name === 'Cache-Control') this.#cacheControl = `Cache-Control: ${value}\r\n`;
    else if (name === 'Date') this.#date = value;
    else this.#headers += `${name}: ${value}\r\n`;
    return this;
  }

  code(status: number): this {
    this.#status = status;
    return this;
  }

  type(mediaType: string): this {
    this.#type = mediaType;
    return this;
  }

  send(body: unknown): this {
    if (body instanceof Error) this.#to.fail(body, this);
    else if (!this.#sent) {
      // What is a text already is sent as it is.
      const isText = body === undefined || typeof body === 'string';
      this.#send(isText ? body : JSON.stringify(body));
    }
    return this;
  }

  /** Without a body where there is none to send: 304. */
  #send(body: string | undefined): void {
    this.#sent = true;
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    const content =
      body === undefined ? '' : `Content-Type: ${this.#type}\r\nContent-Length: ${length}\r\n`;
    const text =
      `HTTP/1.1 ${this.#status} ${STATUS_CODES[this.#status]}\r\n${this.#headers}${this.#cacheControl}${content}` +
      `Date: ${this.#date ?? date()}\r\nConnection: keep-alive\r\n` +
      `Keep-Alive: timeout=${this.#to.keepAliveS}\r\n\r\n${body ?? ''}`;
    // ASCII needs no other encoding, and is written faster without one.
    this.#to.write(text, length === (body ?? '').length ? 'latin1' : 'utf8');
  }
}

let second = 0;
let dateOfSecond = '';

function date(): string {
  const nowS = Math.floor(Date.now() / 1_000);
  if (nowS !== second) {
    second = nowS;
    dateOfSecond = new Date(nowS * 1_000).toUTCString();
  }
  return dateOfSecond;
}
