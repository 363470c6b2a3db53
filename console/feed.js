// Follows the server's events and says whether it is connected. Browsers reconnect and resume by
// themselves; only when they give up (the server answered something else) is it started anew here.

const RESTART_MS = 2_000;
/** The server says something at least every 15 seconds; its comments are not seen here. */
const STATES = { live: 'Live', connecting: 'Connecting…', offline: 'Not connected, trying again' };

/** `entry` is called with each entry, `restart` whenever what is shown must be read anew. */
export function follow({ entry, restart, state }) {
  let position = 0;
  let source;
  let wasLost = false;

  const open = () => {
    state('connecting', STATES.connecting);
    source = new EventSource(position > 0 ? `/v1/events?after=${position}` : '/v1/events');
    source.onopen = () => {
      state('live', STATES.live);
      // The first connection starts at "now": read what came before it only then.
      if (position === 0 || wasLost) restart();
      wasLost = false;
    };
    source.onmessage = ({ data, lastEventId }) => {
      position = Number(lastEventId);
      entry(JSON.parse(data));
    };
    source.addEventListener('reset', ({ lastEventId }) => {
      // Another journal than before: nothing that is shown holds any more.
      position = Number(lastEventId);
      restart();
    });
    source.onerror = () => {
      state('offline', STATES.offline);
      if (source.readyState !== EventSource.CLOSED) return;
      wasLost = true;
      setTimeout(open, RESTART_MS);
    };
  };

  open();
  // A page that was put away and comes back may hold a connection that died unseen.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    source.close();
    wasLost = true;
    open();
  });
}
