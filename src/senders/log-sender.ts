// Writes messages into a log instead of sending them: to see, while developing, what buyers would get.

import type { Logger } from 'pino';
import type { Message, Sender, Sent } from './sender.ts';

export class LogSender implements Sender {
  readonly name: string;
  readonly #logger: Pick<Logger, 'info'>;

  constructor(name: string, logger: Pick<Logger, 'info'>) {
    this.name = name;
    this.#logger = logger;
  }

  async send(message: Message): Promise<Sent> {
    this.#logger.info({ sender: this.name, message }, 'a message to a buyer');
    return {};
  }
}
