// The forms: reserve, create a pool, receive stock.

import { send } from './api.js';
import { byId } from './elements.js';
import { done, refused } from './notices.js';
import { cart, count } from './words.js';

export function wireForms() {
  wire('reserve-form', async ({ pool, quantity, holdFor, buyer }) => {
    const lines = [{ pool, quantity: Number(quantity) }];
    const body = buyer === '' ? { lines, holdFor } : { lines, holdFor, buyer };
    const answer = await send('POST', '/v1/reservations', body);
    return answer.ok ? { ...answer, said: `Reserved ${cart(answer.body.lines)}.` } : answer;
  });
  wire('pool-form', async ({ pool, ...rest }, form) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, text]) => text !== ''));
    const answer = await send('PUT', poolPath(pool), given);
    if (!answer.ok) return answer;
    form.reset();
    prefer(pool);
    return { ...answer, said: `Pool ${pool} is there.` };
  });
  wire('receive-form', async ({ pool, quantity }) => {
    const answer = await send('POST', `${poolPath(pool)}/receive`, { quantity: Number(quantity) });
    return answer.ok ? { ...answer, said: `Received ${count(quantity)} × ${pool}.` } : answer;
  });
}

/** Puts a pool into the forms that ask for one. */
export function prefer(pool) {
  for (const id of ['reserve-form', 'receive-form']) byId(id).elements.pool.value = pool;
}

function wire(id, run) {
  const form = byId(id);
  const button = form.querySelector('[type=submit]');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    const answer = await run(Object.fromEntries(new FormData(form)), form);
    button.disabled = false;
    if (answer.ok) done(answer.said);
    else refused(answer.said);
  });
}

function poolPath(pool) {
  return `/v1/pools/${encodeURIComponent(pool)}`;
}
