// Looks at every message on its way to an engine's thread, so that a test can count them, or end the
// thread at exactly that moment. A message that is not wanted never arrives.

import { Worker } from 'node:worker_threads';

/** Returns false to keep a message from its thread. */
export type Look = (message: object, thread: Worker) => boolean | undefined;

/** Returns the way to stop looking. */
export function lookAtMessages(look: Look): () => void {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker, message: object) {
    if (look(message, this) !== false) postMessage.call(this, message);
  };
  return () => {
    Worker.prototype.postMessage = postMessage;
  };
}

/** Ends the thread that is told the next message with this field, before it hears it. */
export function endThreadAt(field: string): void {
  const stop = lookAtMessages((message, thread) => {
    if (!(field in message)) return true;
    stop();
    void thread.terminate();
    return false;
  });
}
