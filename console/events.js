// The stream of events as sentences, newest first. Draws at most once per frame and keeps the last
// few only, however many come in.

import { byId, element, oncePerFrame } from './elements.js';
import { count, happened, timeOfDay } from './words.js';

const SHOWN = 60;

export class EventLog {
  #waiting = [];
  #paused = false;
  #draw = oncePerFrame(() => this.#drawNow());

  constructor() {
    const button = byId('events-pause');
    button.addEventListener('click', () => {
      this.#paused = !this.#paused;
      button.setAttribute('aria-pressed', String(this.#paused));
      button.textContent = this.#paused ? 'Go on' : 'Pause';
      this.#draw();
    });
  }

  take(entry) {
    this.#waiting.push(entry);
    if (this.#waiting.length > SHOWN * 2) this.#waiting = this.#waiting.slice(-SHOWN);
    this.#draw();
  }

  #drawNow() {
    if (this.#paused || this.#waiting.length === 0) return;
    const list = byId('event-list');
    list.prepend(...this.#waiting.slice(-SHOWN).reverse().map(row));
    this.#waiting = [];
    while (list.children.length > SHOWN) list.lastElementChild.remove();
    byId('event-empty').hidden = true;
  }
}

function row(entry) {
  return element(
    'li',
    {},
    element('time', { datetime: entry.at }, timeOfDay(entry.at)),
    element('span', { class: 'said' }, happened(entry)),
    element('span', { class: 'at', title: 'Position in the journal' }, `#${count(entry.position)}`),
  );
}
