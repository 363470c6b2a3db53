// The seam between notices and whoever brings messages to buyers: e-mail, push, SMS. What a message is, what
// a sender must do, and the two ways in which it can fail. Knows no sender.

/** A message to one buyer, filled in. */
export interface Message {
  /** The delivery's id, the same at every attempt: whoever knows it already need not send it again. */
  id: string;
  /** The name of the notice. */
  notice: string;
  /** The type of the event that it tells of: `waiter.offered`. */
  event: string;
  /** The buyer as the shop calls him. */
  buyer?: string;
  /** An address in one line, of a kind that the sender knows. Never empty. */
  to: string;
  /** One line. */
  subject?: string;
  text: string;
  /** When the event happened, in ms. */
  atMs: number;
}

/** What whoever took the message calls it. */
export interface Sent {
  reference?: string;
}

export interface SendOptions {
  /** Aborted when it may take no longer, or the server stops. */
  signal: AbortSignal;
}

/**
 * Brings messages on their way. `send` resolves once somebody else has taken the message in charge, and
 * throws SenderError alone.
 */
export interface Sender {
  /** As notices call it. */
  readonly name: string;
  send(message: Message, options: SendOptions): Promise<Sent>;
}

/** `refused`: this message will never be taken. `unreachable`: it is tried again, as long as it is in time. */
export type SenderFailure = 'refused' | 'unreachable';

const WORD_MAX = 64;

export class SenderError extends Error {
  readonly kind: SenderFailure;
  /** Why, in a word that may be shown: `smtp-550`, `ECONNREFUSED`. */
  readonly word: string;

  constructor(kind: SenderFailure, word: string, options: { cause?: unknown } = {}) {
    super(`the sender: ${kind}, ${word}`, options);
    this.name = 'SenderError';
    this.kind = kind;
    this.word = word.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, WORD_MAX);
  }
}
