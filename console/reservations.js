// The latest reservations, each with the time it has left and what may be done with it.

import { read, send, serverNow } from './api.js';
import { byId, element, oncePerFrame, setText } from './elements.js';
import { done, refused } from './notices.js';
import { cart, remaining, timeOfDay } from './words.js';

const SHOWN = 20;
const STATUS = {
  HELD: 'Held',
  CONFIRMING: 'Being confirmed',
  CONFIRMED: 'Confirmed',
  CANCELLED: 'Cancelled',
  EXPIRED: 'Expired',
};

export class ReservationList {
  #reservations = new Map();
  #rows = new Map();
  #asked = 0;
  #draw = oncePerFrame(() => this.#drawNow());

  constructor() {
    byId('status-filter').addEventListener('change', () => {
      this.#reservations.clear();
      this.load();
    });
    setInterval(() => this.#draw(), 1_000);
  }

  async load() {
    const asked = ++this.#asked;
    const query = new URLSearchParams({ limit: SHOWN });
    if (this.#wanted() !== '') query.set('status', this.#wanted());
    const page = await read(`/v1/reservations?${query}`).catch(() => undefined);
    if (asked !== this.#asked || page === undefined) return;
    for (const reservation of page.reservations) this.#put(reservation);
    this.#draw();
  }

  /** Everything shown belongs to a journal that is gone. */
  forget() {
    this.#reservations.clear();
  }

  take({ reservations }) {
    if (reservations.length === 0) return;
    for (const reservation of reservations) this.#put(reservation);
    this.#draw();
  }

  #wanted() {
    return byId('status-filter').value;
  }

  #put(reservation) {
    const known = this.#reservations.get(reservation.id);
    if (known !== undefined && known.version > reservation.version) return;
    this.#reservations.set(reservation.id, reservation);
    if (this.#reservations.size > SHOWN * 10) this.#forgetOld();
  }

  #forgetOld() {
    const kept = this.#newest();
    this.#reservations = new Map(kept.map((reservation) => [reservation.id, reservation]));
  }

  /** Ids are time-ordered. */
  #newest() {
    const wanted = this.#wanted();
    return [...this.#reservations.values()]
      .filter((reservation) => wanted === '' || statusNow(reservation) === wanted)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, SHOWN);
  }

  #drawNow() {
    const newest = this.#newest();
    const rows = newest.map((reservation) => this.#row(reservation));
    const list = byId('reservation-list');
    const same =
      rows.length === list.children.length && rows.every((it, at) => it === list.children[at]);
    if (!same) list.replaceChildren(...rows);
    const shown = new Set(newest.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!shown.has(id)) this.#rows.delete(id);
    byId('reservation-empty').hidden = rows.length > 0;
    setText(byId('reservation-empty'), 'No reservations to show.');
  }

  #row(reservation) {
    let row = this.#rows.get(reservation.id);
    if (row === undefined) {
      row = newRow(reservation);
      this.#rows.set(reservation.id, row);
    }
    fillRow(row, reservation);
    return row.item;
  }
}

/** At its deadline it is over for everyone, whether or not the server has said so yet. */
function statusNow({ status, expiresAt }) {
  const over = status === 'HELD' && Date.parse(expiresAt) <= serverNow();
  return over ? 'EXPIRED' : status;
}

function newRow({ id }) {
  const what = element('div', { class: 'what' });
  const who = element('div', { class: 'who' });
  const status = element('b');
  const left = element('div');
  const state = element('div', { class: 'state' }, status, left);
  const doings = element('div', { class: 'doings' });
  const row = { what, who, status, left, state, doings };
  const verbs = [
    ['Confirm', 'confirm', {}],
    ['Cancel', 'cancel', {}],
    ['5 more minutes', 'extend', undefined],
  ];
  row.buttons = verbs.map(([label, verb, body]) => {
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => act({ row, button, id, verb, body }));
    return button;
  });
  doings.append(...row.buttons);
  row.item = element('li', { class: 'reservation' }, element('div', {}, what, who), state, doings);
  return row;
}

function fillRow(row, reservation) {
  row.reservation = reservation;
  const status = statusNow(reservation);
  const { lines, buyer, reference, createdAt } = reservation;
  setText(row.what, cart(lines));
  setText(row.who, [buyer, reference, timeOfDay(createdAt)].filter(Boolean).join(' · '));
  setText(row.status, STATUS[status]);
  row.state.dataset.status = status;
  const leftMs = Date.parse(reservation.expiresAt) - serverNow();
  setText(row.left, status === 'HELD' ? `${remaining(leftMs)} left` : '');
  row.doings.hidden = status !== 'HELD';
  for (const button of row.buttons) {
    button.setAttribute('aria-label', `${button.textContent}: ${cart(lines)}`);
  }
}

const DONE = { confirm: 'Sold', cancel: 'Given back', extend: 'Extended' };
const MORE_MS = 5 * 60_000;

async function act({ row, button, id, verb, body = longer(row.reservation) }) {
  button.disabled = true;
  const answer = await send('POST', `/v1/reservations/${id}/${verb}`, body);
  button.disabled = false;
  if (answer.ok) done(`${DONE[verb]}: ${cart(answer.body.lines)}.`);
  else refused(answer.said);
}

/** The API counts from now: what is left, and five minutes. */
function longer({ expiresAt }) {
  const leftMs = Math.max(0, Date.parse(expiresAt) - serverNow());
  return { holdFor: `${Math.ceil((leftMs + MORE_MS) / 1000)}s` };
}
