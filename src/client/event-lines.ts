// Takes a stream of server-sent events apart (WHATWG HTML, section 9.2.6), whatever way its bytes were
// cut on the way. Knows nothing of what the events say.

export interface Message {
  /** Also of a block without data, which only moves the place to resume at. */
  id: string | undefined;
  event: string;
  data: string | undefined;
  /** How long the server wants a reader to wait before it comes back. */
  retryMs: number | undefined;
}

export class EventLines {
  readonly #decoder = new TextDecoder();
  #rest = '';
  #fields: [name: string, value: string][] = [];

  /** The messages that these bytes complete. */
  push(bytes: Uint8Array): Message[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    // A line feed may still follow a carriage return at the very end.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = lines.pop()! + text.slice(whole.length);
    const messages: Message[] = [];
    for (const line of lines) {
      if (line !== '') this.#take(line);
      else if (this.#fields.length > 0) messages.push(this.#message());
    }
    return messages;
  }

  #take(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    this.#fields.push([name, value]);
  }

  #message(): Message {
    const fields = this.#fields;
    this.#fields = [];
    const all = (wanted: string) =>
      fields.filter(([name]) => name === wanted).map(([, value]) => value);
    const data = all('data');
    const retry = all('retry').at(-1);
    return {
      id: all('id').at(-1),
      event: all('event').at(-1) ?? 'message',
      data: data.length === 0 ? undefined : data.join('\n'),
      retryMs: retry !== undefined && /^\d{1,9}$/.test(retry) ? Number(retry) : undefined,
    };
  }
}
