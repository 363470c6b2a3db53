// Writes the live feed to one connection as server-sent events (WHATWG HTML, section 9.2): the id of
// each message is the journal's position. Writes nothing while the connection has not taken what was
// written before; one that takes nothing for too long is cut, and resumes from its last id.

import type { ServerResponse } from 'node:http';
import type { FeedMessage } from '../events/feed-messages.ts';
import type { LiveFeed } from '../events/live-feed.ts';

export interface EventStreamOptions {
  response: ServerResponse;
  feed: LiveFeed;
  /** Only what has to do with one of these pools. Empty: all. */
  pools: ReadonlySet<string>;
  /** The position that the reader knows. */
  after: number | undefined;
  heartbeatMs: number;
  /** How long a connection may take nothing. */
  stallMs: number;
}

/** Runs until the feed or the connection is closed. */
export function writeEventStream(options: EventStreamOptions): void {
  const { response, feed, pools, after, heartbeatMs, stallMs } = options;
  let stalled: NodeJS.Timeout | undefined;
  const reader = feed.open({
    pools,
    after,
    sink: {
      send(message) {
        if (response.write(message)) return true;
        stalled ??= setTimeout(end, stallMs);
        return false;
      },
      end,
    },
  });
  // An id without data moves the place to resume at, also past what the filter left out.
  const heartbeat = setInterval(() => {
    if (response.writableNeedDrain) return;
    response.write(reader.behind ? ':\n\n' : `:\nid: ${reader.position}\n\n`);
  }, heartbeatMs);
  response.on('drain', () => {
    clearTimeout(stalled);
    stalled = undefined;
    reader.resume();
  });
  response.on('close', end);
  response.on('error', end);
  // It may have gone before anybody listened.
  if (response.destroyed) end();

  function end(): void {
    clearInterval(heartbeat);
    clearTimeout(stalled);
    feed.close(reader);
    // A stalled connection would hold its unsent bytes for as long as it likes.
    if (response.writableNeedDrain) response.destroy();
    else response.end();
  }
}

/** A message as a block of the stream. */
export function eventBlock({ kind, position, json }: FeedMessage): Uint8Array {
  const event = kind === 'update' ? '' : `event: ${kind}\n`;
  return Buffer.from(`${event}id: ${position}\ndata: ${json}\n\n`);
}
