// The list of pools: a page of it at a time, kept live by what the feed says of each pool.

import { read } from './api.js';
import { byId, element, oncePerFrame, setText } from './elements.js';
import { count } from './words.js';

/** On a phone the rest of the page should not be far away. */
const PAGE = matchMedia('(min-width: 60rem)').matches ? 15 : 8;
const PARTS = ['available', 'held', 'sold'];

export class PoolList {
  #pools = new Map();
  #rows = new Map();
  /** Where each page before this one began. */
  #before = [];
  #after = '';
  #next;
  #asked = 0;
  #pick;
  #draw = oncePerFrame(() => this.#drawNow());
  #reload = soon(() => this.load());

  constructor({ pick }) {
    this.#pick = pick;
    byId('pool-filter').addEventListener('input', () => {
      this.#before = [];
      this.#after = '';
      this.#reload();
    });
    byId('pools-on').addEventListener('click', () => {
      this.#before.push(this.#after);
      this.#after = this.#next;
      this.load();
    });
    byId('pools-back').addEventListener('click', () => {
      this.#after = this.#before.pop() ?? '';
      this.load();
    });
  }

  /** Reads the page anew. Of two readings under way the later one counts. */
  async load() {
    const asked = ++this.#asked;
    const prefix = this.#prefix();
    const query = new URLSearchParams({ limit: PAGE + 1 });
    if (prefix !== '') query.set('prefix', prefix);
    if (this.#after !== '') query.set('cursor', this.#after);
    const { pools } = await read(`/v1/pools?${query}`).catch(() => ({ pools: undefined }));
    if (asked !== this.#asked || pools === undefined) return;
    const page = pools.slice(0, PAGE);
    this.#next = pools.length > PAGE ? page.at(-1).id : undefined;
    this.#pools = new Map(page.map((pool) => [pool.id, this.#newer(pool)]));
    this.#draw();
  }

  /** Everything shown belongs to a journal that is gone, or to a connection that was lost. */
  forget() {
    this.#pools.clear();
  }

  take({ pools, omitted }) {
    for (const pool of pools) {
      if (this.#pools.has(pool.id)) this.#pools.set(pool.id, this.#newer(pool));
      else if (this.#belongsHere(pool.id)) this.#reload();
    }
    if (omitted.pools > 0) this.#reload();
    this.#draw();
  }

  #prefix() {
    return byId('pool-filter').value.trim();
  }

  #belongsHere(id) {
    const last = [...this.#pools.keys()].at(-1);
    return (
      id.startsWith(this.#prefix()) && id > this.#after && (this.#next === undefined || id < last)
    );
  }

  #newer(pool) {
    const known = this.#pools.get(pool.id);
    return known !== undefined && known.version > pool.version ? known : pool;
  }

  #drawNow() {
    const rows = [...this.#pools.values()].map((pool) => this.#row(pool));
    const list = byId('pool-list');
    const same =
      rows.length === list.children.length && rows.every((it, at) => it === list.children[at]);
    if (!same) {
      list.replaceChildren(...rows);
      const names = [...this.#pools.keys()].map((id) => element('option', { value: id }));
      byId('pool-names').replaceChildren(...names);
      for (const id of this.#rows.keys()) if (!this.#pools.has(id)) this.#rows.delete(id);
    }
    const first = this.#before.length * PAGE + 1;
    const range = rows.length === 0 ? '' : `${count(first)} to ${count(first + rows.length - 1)}`;
    setText(byId('pools-range'), range);
    byId('pools-back').disabled = this.#before.length === 0;
    byId('pools-on').disabled = this.#next === undefined;
    byId('pool-pager').hidden = this.#before.length === 0 && this.#next === undefined;
    const empty = byId('pool-empty');
    empty.hidden = rows.length > 0;
    const prefix = this.#prefix();
    setText(
      empty,
      prefix === '' ? 'There are no pools yet. Create one.' : `No pool starts with “${prefix}”.`,
    );
    if (rows.length === 0 && prefix === '') byId('stock-details').open = true;
  }

  /** The row of a pool, kept from frame to frame so that focus and transitions survive. */
  #row(pool) {
    let row = this.#rows.get(pool.id);
    if (row === undefined) {
      row = newRow(pool.id, () => this.#pick(pool.id));
      this.#rows.set(pool.id, row);
    }
    fillRow(row, pool);
    return row.item;
  }
}

function newRow(id, onclick) {
  const amounts = PARTS.map((part) => element('span', { 'data-part': part }));
  const segments = PARTS.map((part) => element('span', { 'data-part': part }));
  const where = element('span', { class: 'pool-where' });
  const spoken = element('span', { class: 'visually-hidden' });
  const button = element(
    'button',
    { type: 'button', class: 'pool', title: 'Reserve from this pool', onclick },
    element('span', { class: 'pool-name' }, id, where),
    spoken,
    element('span', { class: 'amounts', 'aria-hidden': 'true' }, ...amounts),
    element('span', { class: 'bar', 'aria-hidden': 'true' }, ...segments),
  );
  return { item: element('li', {}, button), button, amounts, segments, where, spoken };
}

function fillRow({ button, amounts, segments, where, spoken }, pool) {
  button.dataset.state = pool.state;
  PARTS.forEach((part, index) => {
    setText(amounts[index], count(pool[part]));
    // A sliver stays visible: one held unit of a thousand is news.
    const share = pool[part] > 0 ? Math.max(pool[part], total(pool) / 60) : 0;
    segments[index].hidden = share === 0;
    segments[index].style.flexGrow = String(share);
  });
  const product = pool.product === pool.id ? '' : pool.product;
  const place = pool.place === 'main' ? '' : pool.place;
  const closed = pool.state === 'OPEN' ? '' : 'closed';
  setText(where, [product, place, closed].filter(Boolean).join(' · '));
  setText(spoken, `: ${PARTS.map((part) => `${count(pool[part])} ${part}`).join(', ')}. Reserve`);
}

function total(pool) {
  return PARTS.reduce((sum, part) => sum + Math.max(0, pool[part]), 0);
}

/** However often it is asked for, not more than a few times a second. */
function soon(run) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    setTimeout(() => {
      asked = false;
      run();
    }, 150);
  };
}
