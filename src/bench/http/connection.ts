// One keep-alive connection with one request under way: writes text, reads a status and as many bytes
// as the reply says it has. As cheap as it can be, because it shares the processor with what it
// measures; not a client for anything else.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Longer replies arrive in pieces and are put together. */
const READ_BYTES = 8_192;
const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;
const LENGTH = /content-length: (\d+)/i;
const ID = /\{"(?:id|orderId)":"/y;
const ID_CHARS = 36;
const CODE = /"code":"([a-z-]+)"/;

/** Status 0: the connection was cut before the reply was whole. */
export type OnReply = (status: number, connection: Connection) => void;

export class Connection {
  readonly #socket: Socket;
  #onReply: OnReply | undefined;
  readonly #buffer = Buffer.allocUnsafe(READ_BYTES);
  #text = '';
  #bodyAt = 0;
  #pieces = 0;

  private constructor(port: number) {
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: this.#buffer,
        callback: (bytes) => {
          this.#read(this.#buffer.toString('latin1', 0, bytes));
          return true;
        },
      },
    });
    this.#socket.on('error', () => {});
    this.#socket.once('close', () => this.#end(0));
  }

  static async open(port: number): Promise<Connection> {
    const connection = new Connection(port);
    await once(connection.#socket, 'connect');
    return connection;
  }

  send(request: string, onReply: OnReply): void {
    this.#onReply = onReply;
    this.#text = '';
    this.#pieces = 0;
    if (this.#socket.destroyed) this.#end(0);
    else this.#socket.write(request, 'latin1');
  }

  /** The id in the latest reply, where it shows a reservation or an order. To be asked when it arrives. */
  get replyId(): string {
    ID.lastIndex = this.#bodyAt;
    if (!ID.test(this.#text)) return '';
    const at = ID.lastIndex;
    // A slice of the text would keep all of it; a load keeps 100,000 ids.
    if (this.#pieces === 1) return this.#buffer.toString('latin1', at, at + ID_CHARS);
    return this.#text.slice(at, at + ID_CHARS);
  }

  /** The code in the latest reply, where it is a refusal. To be asked when it arrives. */
  get replyCode(): string {
    return CODE.exec(this.#text)?.[1] ?? '';
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(piece: string): void {
    this.#pieces += 1;
    this.#text = this.#text === '' ? piece : this.#text + piece;
    const headEnd = this.#text.indexOf(HEAD_END);
    if (headEnd < 0) return;
    this.#bodyAt = headEnd + HEAD_END.length;
    const length = LENGTH.exec(this.#text);
    if (length === null || this.#text.length < this.#bodyAt + Number(length[1])) return;
    this.#end(Number(this.#text.slice(STATUS_AT, STATUS_AT + 3)));
  }

  #end(status: number): void {
    const onReply = this.#onReply;
    this.#onReply = undefined;
    onReply?.(status, this);
  }
}
