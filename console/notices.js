// Short messages at the foot of the page, read aloud by screen readers. Refusals stay longer.

import { byId, element } from './elements.js';

const STAY_MS = { done: 5_000, refused: 12_000 };
const NOTICES_MAX = 3;

export const done = (text) => notice('done', text);
export const refused = (text) => notice('refused', text);

function notice(kind, text) {
  const notices = byId('notices');
  const close = element(
    'button',
    { type: 'button', 'aria-label': 'Dismiss', onclick: () => shown.remove() },
    '✕',
  );
  const shown = element('div', { class: 'notice', 'data-kind': kind }, text, close);
  notices.append(shown);
  while (notices.children.length > NOTICES_MAX) notices.firstElementChild.remove();
  setTimeout(() => shown.remove(), STAY_MS[kind]);
}
