// Says numbers, times and events in words a person reads.

const number = new Intl.NumberFormat();
const clock = new Intl.DateTimeFormat(undefined, {
  timeStyle: 'medium',
  hourCycle: 'h23',
});

export const count = (value) => number.format(value);
export const timeOfDay = (iso) => clock.format(new Date(iso));

/** `2 × tea, 1 × cup`; long carts are cut. */
export function cart(lines) {
  const shown = lines.slice(0, 3).map(({ pool, quantity }) => `${count(quantity)} × ${pool}`);
  const rest = lines.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${count(rest)} more` : shown.join(', ');
}

/** `4:05`, `2 h 10 min`, `3 d`. */
export function remaining(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds >= 172_800) return `${Math.floor(seconds / 86_400)} d`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (hours > 0) return `${hours} h ${minutes} min`;
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}

const RESERVATION = {
  held: 'Held',
  confirmed: 'Sold',
  cancelled: 'Cancelled',
  expired: 'Expired',
  extended: 'Extended',
  changed: 'Changed',
  returned: 'Returned from',
};

/** One entry of the journal as a sentence. */
export function happened({ events, moves, reservations }) {
  const [{ type, subject, data = {} }] = events;
  const [area, verb] = type.split('.');
  if (area === 'reservation') {
    const reservation = reservations.find(({ id }) => id === subject);
    const buyer = reservation?.buyer ? ` for ${reservation.buyer}` : '';
    return `${RESERVATION[verb] ?? verb} ${reservation ? cart(reservation.lines) : subject}${buyer}`;
  }
  const quantity = count(moves[0]?.quantity ?? 0);
  const why = data.reason ?? data.reference;
  const because = why ? ` (${why})` : '';
  if (type === 'stock.received') return `Received ${quantity} × ${subject}${because}`;
  if (type === 'stock.adjusted') {
    const found = moves[0]?.to === `${subject}/available`;
    return `${found ? 'Found' : 'Lost'} ${quantity} × ${subject}${because}`;
  }
  if (type === 'stock.transferred') return `Moved ${quantity} × ${subject} to ${data.to}${because}`;
  if (area === 'pool') return `${verb === 'created' ? 'New pool' : 'Changed pool'} ${subject}`;
  if (area === 'limit') return `${verb === 'created' ? 'New limit' : 'Changed limit'} ${subject}`;
  return `${type} ${subject}`;
}
