// Who is odd among those who try to buy, and who is denied; with a button that denies for an hour, and one that
// ends it. Asks again every two seconds while somebody looks.

import { read, send, serverNow } from './api.js';
import { byId, element, setText } from './elements.js';
import { done, refused } from './notices.js';
import { count, timeOfDay } from './words.js';

const EVERY_MS = 2_000;
const DENY_FOR = '1h';
const SHOWN_MAX = 200;

const REASONS = {
  'accounts-per-address': 'accounts',
  'addresses-per-account': 'addresses',
  'accounts-per-device': 'accounts',
  attempts: 'attempts',
  refusals: 'refusals',
};

const pathOf = ({ kind, value }) => `/v1/deny-list/${kind}/${encodeURIComponent(value)}`;
const because = (reasons) =>
  reasons
    .map(({ reason, count: many }) => `${count(many)} ${REASONS[reason] ?? reason}`)
    .join(', ');

/** A time of day; beyond one day the day. */
function endOf(until) {
  const isSoon = Date.parse(until) - serverNow() < 86_400_000;
  return isSoon ? timeOfDay(until) : new Date(until).toLocaleDateString();
}

async function deny(who) {
  const reason = `score ${who.score}: ${because(who.reasons)}`;
  const answer = await send('PUT', pathOf(who), { for: DENY_FOR, reason });
  if (answer.ok) done(`${who.value} may not buy for an hour.`);
  else refused(answer.said);
  await look();
}

async function allow(who) {
  const answer = await send('DELETE', pathOf(who));
  if (answer.ok) done(`${who.value} may buy again.`);
  else refused(answer.said);
  await look();
}

function doing(words, who, deed) {
  const onclick = async ({ currentTarget }) => {
    currentTarget.disabled = true;
    await deed(who);
  };
  const label = `${words}: ${who.value}`;
  return element('button', { type: 'button', 'aria-label': label, onclick }, words);
}

function anomaly(who) {
  const { kind, value, score, reasons, denied } = who;
  const words = `Score ${score} of 100`;
  return element(
    'li',
    { class: 'reservation' },
    element('span', { class: 'what' }, value),
    element(
      'span',
      { class: 'state' },
      element('meter', {
        class: 'score',
        ...{ min: 0, max: 100, low: 40, high: 60, optimum: 0, value: score },
        'aria-label': words,
      }),
      ` ${score}`,
    ),
    element('span', { class: 'who' }, `${kind} · ${because(reasons)}`),
    element(
      'div',
      { class: 'doings' },
      denied ? doing('Let buy again', who, allow) : doing('Deny for an hour', who, deny),
    ),
  );
}

function denial(who) {
  const { kind, value, until, reason } = who;
  return element(
    'li',
    { class: 'reservation' },
    element('span', { class: 'what' }, value),
    element('span', { class: 'state' }, until ? `until ${endOf(until)}` : 'for good'),
    element('span', { class: 'who' }, reason ? `${kind} · ${reason}` : kind),
    element('div', { class: 'doings' }, doing('Let buy again', who, allow)),
  );
}

/** Draws a list anew only where it says something else: a button keeps its focus. */
function shower(list, empty, row) {
  let shown;
  return (all) => {
    const text = JSON.stringify(all);
    if (text === shown) return;
    shown = text;
    byId(list).replaceChildren(...all.slice(0, SHOWN_MAX).map(row));
    byId(empty).hidden = all.length > 0;
  };
}

const showAnomalies = shower('anomaly-list', 'anomaly-empty', anomaly);
const showDenials = shower('denial-list', 'denial-empty', denial);

async function look() {
  const pill = byId('connection');
  try {
    const [{ anomalies }, { denials }] = await Promise.all([
      read('/v1/anomalies'),
      read('/v1/deny-list'),
    ]);
    showAnomalies(anomalies);
    showDenials(denials);
    setText(
      byId('denial-count'),
      denials.length > SHOWN_MAX ? `${count(denials.length)} in all` : '',
    );
    pill.dataset.state = 'live';
    setText(pill, 'Live');
  } catch (error) {
    pill.dataset.state = 'offline';
    setText(pill, error instanceof TypeError ? 'Offline' : error.message);
  }
}

async function watch() {
  if (!document.hidden) await look();
  setTimeout(watch, EVERY_MS);
}
watch();
