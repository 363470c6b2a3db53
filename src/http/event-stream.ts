// Writes the live feed to one connection as server-sent events (WHATWG HTML, section 9.2): the id of
// each message is the journal's position. Waits for the connection to take what was written before
// it writes more; one that takes nothing for too long is cut, and resumes from its last id.

import type { ServerResponse } from 'node:http';
import type { FeedItem, FeedReader } from '../events/live-feed.ts';

export interface EventStreamOptions {
  response: ServerResponse;
  reader: FeedReader;
  /** Only entries that have to do with one of these pools. Empty: all. */
  pools: ReadonlySet<string>;
  heartbeatMs: number;
  /** How long a connection may take nothing. */
  stallMs: number;
}

/** Runs until the reader or the connection is closed. */
export async function writeEventStream(options: EventStreamOptions): Promise<void> {
  const { response, reader, pools, heartbeatMs, stallMs } = options;
  const close = () => reader.close();
  response.on('close', close);
  response.on('error', close);
  // It may have gone before anybody listened.
  if (response.destroyed) close();
  let seen = 0;
  // An id without data moves the place to resume at, also past what the filter left out.
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(seen === 0 ? ':\n\n' : `:\nid: ${seen}\n\n`);
  }, heartbeatMs);
  try {
    while (!reader.closed) {
      const items = await reader.next();
      for (const item of items) {
        if (!wanted(item, pools)) continue;
        if (!response.write(message(item)) && !(await drained(response, stallMs))) reader.close();
        if (reader.closed) break;
      }
      seen = items.at(-1)?.position ?? seen;
    }
  } finally {
    clearInterval(heartbeat);
    response.off('close', close);
    // A stalled connection would hold its unsent bytes for as long as it likes.
    if (response.writableNeedDrain) response.destroy();
    else response.end();
  }
}

function wanted(item: FeedItem, pools: ReadonlySet<string>): boolean {
  return pools.size === 0 || [...pools].some((pool) => item.pools.has(pool));
}

function message({ position, text }: FeedItem): string {
  return `id: ${position}\ndata: ${text}\n\n`;
}

/** Whether the connection took everything in time. */
function drained(response: ServerResponse, stallMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (took: boolean) => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(took);
    };
    const onDrain = () => settle(true);
    const onClose = () => settle(false);
    const timer = setTimeout(settle, stallMs, false);
    response.once('drain', onDrain);
    response.once('close', onClose);
  });
}
