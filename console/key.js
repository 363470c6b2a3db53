// The API key of whoever looks at this page: asked for when the server wants one, kept for as long as
// the tab is open, sent to this server only.

import { byId, setText } from './elements.js';

const KEPT_AS = 'holdfast-api-key';

let asking;

/** Fetches with the key. Where it is missing or does not hold, asks for another one and goes on. */
export async function fetchWithKey(path, request = {}) {
  for (;;) {
    const key = sessionStorage.getItem(KEPT_AS);
    const headers = { ...request.headers, ...(key && { authorization: `Bearer ${key}` }) };
    const response = await fetch(path, { ...request, headers });
    if (response.status !== 401) return response;
    const { detail } = await response.json();
    // Another request may have got a new one meanwhile.
    if (key === sessionStorage.getItem(KEPT_AS)) await askForKey(detail);
  }
}

/** Every request that waits for a key waits for the same answer. */
function askForKey(reason) {
  asking ??= new Promise((resolve) => {
    const dialog = byId('key-dialog');
    const form = byId('key-form');
    setText(byId('key-reason'), reason);
    form.onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEPT_AS, form.elements.key.value.trim());
      form.reset();
      dialog.close();
    };
    // Without a key there is nothing to go back to.
    dialog.oncancel = (event) => event.preventDefault();
    dialog.onclose = () => {
      asking = undefined;
      resolve();
    };
    dialog.showModal();
  });
  return asking;
}
