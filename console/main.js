// The console: puts the lists, the forms and the feed together.

import { byId, setText } from './elements.js';
import { EventLog } from './events.js';
import { follow } from './feed.js';
import { prefer, wireForms } from './forms.js';
import { PoolList } from './pools.js';
import { ReservationList } from './reservations.js';

const events = new EventLog();
const reservations = new ReservationList();
const pools = new PoolList({
  pick(pool) {
    prefer(pool);
    byId('reserve-form').elements.quantity.focus();
  },
});
wireForms();

follow({
  update(changes) {
    pools.take(changes);
    reservations.take(changes);
    events.readTo(changes.position);
  },
  restart(position) {
    events.restart(position);
    reservations.forget();
    pools.forget();
    pools.load();
    reservations.load();
  },
  state(state, words) {
    const pill = byId('connection');
    pill.dataset.state = state;
    setText(pill, words);
  },
});
