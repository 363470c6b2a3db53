// Writes messages into a log instead of sending them: to see, while developing, what buyers would get.

import type { Message, Sender, Sent } from './sender.ts';

/** As pino has it. */
export interface MessageLog {
  info(fields: { sender: string; message: Message }, text: string): void;
}

export class LogSender implements Sender {
  readonly name: string;
  readonly #log: MessageLog;

  constructor(name: string, log: MessageLog) {
    this.name = name;
    this.#log = log;
  }

  async send(message: Message): Promise<Sent> {
    this.#log.info({ sender: this.name, message }, 'a message to a buyer');
    return {};
  }
}
