// A sender that keeps what it is handed, for shops whose tests are not about sending; what it does with a
// message is the log sender's, written to memory.

import pino from 'pino';
import { LogSender } from '../../src/senders/log-sender.ts';
import type { Message } from '../../src/senders/sender.ts';

export interface NotedMessages {
  sender: LogSender;
  messages: Message[];
}

export function notingSender(name = 'log'): NotedMessages {
  const messages: Message[] = [];
  const write = (line: string) => void messages.push(JSON.parse(line).message);
  return { sender: new LogSender(name, pino({}, { write })), messages };
}
