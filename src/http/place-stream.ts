// Writes how one place in a waiting room stands to one connection, as server-sent events. A connection that takes
// nothing for too long is cut; whoever comes back shows the same place.

import type { ServerResponse } from 'node:http';
import type { PlaceView } from '../admission/waiting-room/place-view.ts';
import type { WatcherSink } from '../admission/waiting-room/watchers.ts';
import { showPlace } from './place-views.ts';

/** How long browsers wait before they come back. */
const RETRY_MS = 1_000;

export function placeStream(response: ServerResponse, stallMs: number): WatcherSink {
  let stalled: NodeJS.Timeout | undefined;
  const write = (text: string) => {
    if (!response.write(text)) stalled ??= setTimeout(() => response.destroy(), stallMs);
  };
  response.on('drain', () => {
    clearTimeout(stalled);
    stalled = undefined;
  });
  response.on('close', () => clearTimeout(stalled));
  write(`retry: ${RETRY_MS}\n\n`);
  return {
    get isFull() {
      return response.writableNeedDrain;
    },
    view: (view) => write(`data: ${JSON.stringify(shownInStream(view))}\n\n`),
    ahead: (ahead) => write(`data: {"state":"WAITING","ahead":${ahead}}\n\n`),
    ping: () => write(':\n\n'),
    end: () => {
      clearTimeout(stalled);
      response.end();
    },
  };
}

function shownInStream(view: PlaceView): object {
  if (view.state !== 'OVER') return showPlace(view);
  const { state, reason } = view;
  return { state, reason };
}
