// What happened as sentences, newest first. The feed only says up to where there is something to read;
// the sentences are made of the journal. Reads one page at a time and the last few entries only,
// however many there are.

import { read } from './api.js';
import { byId, element, oncePerFrame } from './elements.js';
import { count, happened, timeOfDay } from './words.js';

const SHOWN = 60;
/** Between two readings, so that a busy shop does not keep the page reading. */
const PAUSE_MS = 250;

export class EventLog {
  #waiting = [];
  /** Entries up to here have been read, or were there before the page. */
  #position;
  #wanted = 0;
  #reading = false;
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

  /** What is shown stays; a position lower than the one before is of another journal. */
  restart(position) {
    this.#position = Math.min(this.#position ?? position, position);
    this.readTo(position);
  }

  readTo(position) {
    this.#wanted = position;
    if (!this.#reading) this.#read();
  }

  async #read() {
    this.#reading = true;
    while (this.#wanted > this.#position) {
      const after = Math.max(this.#position, this.#wanted - SHOWN);
      const page = await read(`/v1/journal?after=${after}&limit=${SHOWN}`).catch(() => undefined);
      // The next message of the feed starts it again.
      if (page === undefined) break;
      this.#position = page.next;
      this.#waiting = [...this.#waiting, ...page.entries].slice(-SHOWN);
      this.#draw();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#reading = false;
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
