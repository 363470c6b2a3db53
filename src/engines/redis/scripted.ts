// Calls the functions of the script on one Redis, and tells it the library where it does not know it yet.

import type { Argument, Reply, Send } from './connection.ts';
import { lacksLibrary } from './failures.ts';
import { type LibraryFunction, theLibrary } from './library.ts';

/** @throws HoldfastError `unavailable`, `disk-full` */
export async function callFunction(
  send: Send,
  name: LibraryFunction,
  { keys, values }: { keys: readonly string[]; values: readonly Argument[] },
): Promise<Reply> {
  const library = theLibrary();
  const command = ['FCALL', library.named(name), String(keys.length), ...keys, ...values];
  try {
    return await send(...command);
  } catch (error) {
    if (!lacksLibrary(error)) throw error;
    // Nothing was done: this is no second try of something whose outcome is unknown.
    await send('FUNCTION', 'LOAD', 'REPLACE', library.source);
    return send(...command);
  }
}
