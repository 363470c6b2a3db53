// Reads server-sent events off a real connection, as a browser would, and can cut it at any moment.

export interface Message {
  id: number | undefined;
  event: string | undefined;
  /** After how long the reader is to come back. */
  retryMs: number | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into entries of every shape.
  data: any;
}

export class EventReader {
  readonly #cut = new AbortController();
  readonly #messages: AsyncGenerator<Message>;
  readonly response: Response;
  /** The last id seen, as a browser would send it again. */
  lastId = 0;

  private constructor(response: Response, cut: AbortController) {
    this.response = response;
    this.#cut = cut;
    this.#messages = this.#read();
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const cut = new AbortController();
    const response = await fetch(url, { headers, signal: cut.signal });
    return new EventReader(response, cut);
  }

  /** The next block, with or without data. Undefined at the end of the stream. */
  async next(): Promise<Message | undefined> {
    const { value, done } = await this.#messages.next();
    return done === true ? undefined : value;
  }

  /** The next messages that carry data. */
  async take(count: number): Promise<Message[]> {
    const taken: Message[] = [];
    while (taken.length < count) {
      const message = await this.next();
      if (message === undefined) throw new Error(`the stream ended after ${taken.length}`);
      if (message.data !== undefined) taken.push(message);
    }
    return taken;
  }

  cut(): void {
    this.#cut.abort();
  }

  async *#read(): AsyncGenerator<Message> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of this.response.body!) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const message = parse(block);
        if (message.id !== undefined) this.lastId = message.id;
        yield message;
      }
    }
  }
}

function parse(block: string): Message {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const [id, event, data, retry] = [field('id'), field('event'), field('data'), field('retry')];
  return {
    id: id === undefined ? undefined : Number.parseInt(id, 10),
    event,
    retryMs: retry === undefined ? undefined : Number.parseInt(retry, 10),
    data: data === undefined ? undefined : JSON.parse(data),
  };
}
