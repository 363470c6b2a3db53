// Writes the live feed to one connection as server-sent events (WHATWG HTML, section 9.2): the id of
// each message is a place in the journal. Writes nothing while the connection has not taken what was
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
  journalId: string | undefined;
  heartbeatMs: number;
  /** How long a connection may take nothing. */
  stallMs: number;
}

/** Runs until the feed or the connection is closed. */
export function writeEventStream(options: EventStreamOptions): void {
  const { response, feed, pools, after, journalId, heartbeatMs, stallMs } = options;
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
    response.write(reader.behind ? ':\n\n' : `:\nid: ${eventId(reader.position, journalId)}\n\n`);
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

/**
 * The id of a message: a position, and of which journal, where the engine has a name for it. After a
 * restore the same positions mean something else.
 */
export function eventId(position: number, journalId: string | undefined): string {
  return journalId === undefined ? `${position}` : `${position}@${journalId.slice(0, 8)}`;
}

const EVENT_ID = /^(\d{1,15})(?:@([\w-]{1,36}))?$/;

/** What a reader knows by an id; undefined when it is none. A position alone is taken as it is. */
export function knownBy(id: string, journalId: string | undefined): KnownPlace | undefined {
  const [, position, journal] = EVENT_ID.exec(id) ?? [];
  if (position === undefined) return undefined;
  const other = journal !== undefined && journalId?.startsWith(journal) !== true;
  return { after: other ? undefined : Number(position) };
}

/** `after` is missing for a place in another journal. */
export interface KnownPlace {
  after: number | undefined;
}

/** A message as a block of the stream. */
export function eventBlock({ kind, position, json }: FeedMessage, journalId?: string): Uint8Array {
  const event = kind === 'update' ? '' : `event: ${kind}\n`;
  return Buffer.from(`${event}id: ${eventId(position, journalId)}\ndata: ${json}\n\n`);
}
