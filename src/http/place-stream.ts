// Writes how one place in a waiting room stands to one connection, as server-sent events. A connection that takes
// nothing for too long is cut; whoever comes back shows the same place.

import type { ServerResponse } from 'node:http';
import type { PlaceView } from '../admission/waiting-room/place-view.ts';
import type { WatcherSink } from '../admission/waiting-room/watchers.ts';
import { showPlace } from './place-views.ts';

/** How long browsers wait before they come back. */
const RETRY_MS = 1_000;
/** Later, where their place has other streams: or pages of one buyer would end one another all the time. */
const CROWDED_RETRY_MS = 30_000;

export function placeStream(response: ServerResponse, stallMs: number): WatcherSink {
  let stalled: NodeJS.Timeout | undefined;
  const cutLater = () => {
    stalled ??= setTimeout(() => response.destroy(), stallMs);
  };
  const write = (text: string) => {
    if (!response.write(text)) cutLater();
  };
  response.on('drain', () => {
    clearTimeout(stalled);
    stalled = undefined;
  });
  response.on('close', () => clearTimeout(stalled));
  const retry = (ms: number) => write(`retry: ${ms}\n\n`);
  retry(RETRY_MS);
  return {
    get isFull() {
      return response.writableNeedDrain;
    },
    view: (view) => write(`data: ${JSON.stringify(shownInStream(view))}\n\n`),
    ahead: (ahead) => write(`data: {"state":"WAITING","ahead":${ahead}}\n\n`),
    ping: () => write(':\n\n'),
    end: (why) => {
      if (why === 'crowded') retry(CROWDED_RETRY_MS);
      response.end();
      // One that takes nothing would stay for as long as it likes.
      cutLater();
    },
  };
}

function shownInStream(view: PlaceView): object {
  if (view.state !== 'OVER') return showPlace(view);
  const { state, reason } = view;
  return { state, reason };
}
