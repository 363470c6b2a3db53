// Follows how things are on the server and says whether it is connected. A connection that ends, or
// that is silent for too long, is made anew and goes on after the last position that was seen.

import { eventMessages } from './event-messages.js';
import { fetchWithKey } from './key.js';

const RESTART_MS = 2_000;
/** The server says something at least every 15 seconds. */
const SILENT_MAX_MS = 40_000;
const STATES = { live: 'Live', connecting: 'Connecting…', offline: 'Not connected, trying again' };

/**
 * `update` is called with what changed; `restart`, with the journal's position, whenever what is shown
 * must be read anew.
 */
export function follow({ update, restart, state }) {
  let position = 0;
  let connection;

  const take = ({ name, id, data }) => {
    if (id !== undefined) position = Number(id);
    // At the start, after a cut that was too long, and when the journal is another one.
    if (name === 'snapshot') restart(position);
    else if (data !== undefined) update(JSON.parse(data));
  };

  const connect = async (signal, heard) => {
    const path = position > 0 ? `/v1/events?after=${position}` : '/v1/events';
    const response = await fetchWithKey(path, { signal });
    if (!response.ok) throw new Error(`the feed answered ${response.status}`);
    state('live', STATES.live);
    heard();
    for await (const message of eventMessages(response.body, heard)) take(message);
  };

  const run = async () => {
    for (;;) {
      connection = new AbortController();
      let silence;
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(() => connection.abort(), SILENT_MAX_MS);
      };
      state('connecting', STATES.connecting);
      await connect(connection.signal, heard).catch(() => {});
      clearTimeout(silence);
      state('offline', STATES.offline);
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
    }
  };

  run();
  // A page that was put away and comes back may hold a connection that died unseen.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) connection.abort();
  });
}
