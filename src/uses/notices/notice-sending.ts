// One attempt to tell a buyer of an event: the message is written from the notice and the journal, and
// handed to the notice's sender while it is in time. Keeps no address and no text.

import * as delivery from '../../kernel/delivery.ts';
import { endpointName } from '../../kernel/endpoint.ts';
import { isTooLate, noticeData } from '../../kernel/notice.ts';
import { type Told, writeMessage } from '../../kernel/write-message.ts';
import { type Message, type Sender, SenderError } from '../../senders/sender.ts';
import { TIMEOUT_MS } from '../deliveries/courier.ts';
import type { EventBodies } from '../deliveries/event-bodies.ts';
import { type Attempt, notSent, type Rule, type Sending } from '../deliveries/sending.ts';

export interface NoticeSendingParts {
  bodies: EventBodies;
  senders: ReadonlyMap<string, Sender>;
  timeoutMs?: number | undefined;
  /** From 0, below 1. */
  random?: (() => number) | undefined;
  /** Told of a sender that fails in a way of its own. */
  onError: (error: unknown) => void;
}

export function noticeSending(parts: NoticeSendingParts): Sending {
  return async (attempt) => {
    const { delivery: document, endpoint, atMs } = attempt;
    const over = (word: string): Rule => {
      return (latest) => delivery.undeliverable(latest, notSent(atMs, word));
    };
    if (isTooLate(document, atMs)) return over('too-late');
    const told = await parts.bodies.of(delivery.deliveryData(document));
    if (told === undefined) return over('entry-gone');
    const written = writeMessage(noticeData(endpoint), told);
    if (written.problem !== undefined) return over(written.problem);
    const sender = parts.senders.get(noticeData(endpoint).sender);
    if (sender === undefined) return again(parts, notSent(atMs, 'unknown-sender'));
    return handOver(parts, attempt, { sender, message: messageOf(attempt, told, written) });
  };
}

function messageOf(
  { delivery: document, endpoint }: Attempt,
  { buyer }: Told,
  { to, subject, text }: Pick<Message, 'to' | 'subject' | 'text'>,
): Message {
  const { type, atMs } = delivery.deliveryData(document);
  const message: Message = {
    id: document.id,
    notice: endpointName(endpoint),
    event: type,
    to,
    text,
    atMs,
  };
  if (buyer !== undefined) message.buyer = buyer;
  if (subject !== undefined) message.subject = subject;
  return message;
}

async function handOver(
  parts: NoticeSendingParts,
  { delivery: document, atMs, stopping }: Attempt,
  { sender, message }: { sender: Sender; message: Message },
): Promise<Rule> {
  const startMs = performance.now();
  const { untilMs } = delivery.deliveryData(document);
  const timeout = AbortSignal.timeout(Math.min(parts.timeoutMs ?? TIMEOUT_MS, untilMs - atMs));
  const signal = AbortSignal.any([timeout, stopping]);
  const took = () => ({ atMs, tookMs: Math.round(performance.now() - startMs) });
  try {
    // A sender that does not listen to the signal holds nobody up either.
    const sent = await Promise.race([sender.send(message, { signal }), aborted(signal)]);
    const attempt = { ...took(), ...(sent.reference && { reference: sent.reference }) };
    return (latest) => delivery.delivered(latest, attempt);
  } catch (error) {
    if (stopping.aborted) return (latest) => delivery.putOff(latest, 0);
    const { kind, word } = failureOf(parts, error, timeout);
    const attempt = { ...took(), error: word };
    if (kind === 'unreachable') return again(parts, attempt);
    return (latest) => delivery.undeliverable(latest, attempt);
  }
}

function again({ random = Math.random }: NoticeSendingParts, attempt: delivery.AttemptData): Rule {
  return (latest) => delivery.notDelivered(latest, { attempt, random: random() });
}

function failureOf({ onError }: NoticeSendingParts, error: unknown, timeout: AbortSignal) {
  if (timeout.aborted) return new SenderError('unreachable', 'timeout');
  if (error instanceof SenderError) return error;
  onError(error);
  return new SenderError('unreachable', 'sender-failed');
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
