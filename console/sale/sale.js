// Shows a sale, counts down to its opening by the server's time, and lets one try to buy. A sale opens and closes by
// the clock, whatever the copy at hand says: at the opening the page asks nobody, so that a crowd does not either.

const SECOND_MS = 1_000;
/** Between looks, by what there is to see; each page adds up to as much again, so that they do not come together. */
const LOOK_MS = { ARMED: 15_000, OPEN: 3_000 };
/** After the opening, so that what is left is known soon and not all ask at once. */
const FIRST_LOOK_MS = 5_000;
const WORDS = { available: 'Available', few: 'Only a few left', 'sold-out': 'Sold out' };
const HERE = location.pathname.replace(/\/+$/, '');

const at = (id) => document.getElementById(id);
const form = at('buy');
const button = form.querySelector('button');
let sale = JSON.parse(at('sale').textContent);
/** The server's clock less the one of this machine. */
let aheadMs = 0;
/** What is asked again is asked under the same key: it is bought once. */
let attempt = { text: '', key: '' };
/** Until when the server asked not to be asked. */
let waitUntilMs = 0;

const serverNow = () => Date.now() + aheadMs;

function statusNow() {
  const { status, opensAt, closesAt } = sale;
  const hasPassed = (time) => time !== undefined && Date.parse(time) <= serverNow();
  const isOpen = status === 'OPEN' || (status === 'ARMED' && hasPassed(opensAt));
  if (status === 'CLOSED' || (isOpen && hasPassed(closesAt))) return 'CLOSED';
  return isOpen ? 'OPEN' : 'ARMED';
}

function show() {
  const status = statusNow();
  const isSoldOut = sale.items.every(({ availability }) => availability === 'sold-out');
  say(at('state'), sentence(status, isSoldOut));
  const leftMs = sale.opensAt === undefined ? 0 : Date.parse(sale.opensAt) - serverNow();
  at('countdown').hidden = status !== 'ARMED' || leftMs <= 0;
  say(at('countdown'), countdown(leftMs));
  showItems(status);
  form.hidden = status !== 'OPEN' || isSoldOut;
  const waitMs = waitUntilMs - Date.now();
  button.disabled = form.inert || waitMs > 0;
  say(button, waitMs > 0 ? `Try again in ${Math.ceil(waitMs / SECOND_MS)} s` : 'Buy');
}

function sentence(status, isSoldOut) {
  const { opensAt, closesAt } = sale;
  if (status === 'CLOSED') return 'This sale is over.';
  if (status === 'ARMED')
    return opensAt === undefined ? 'Opens soon.' : `Opens ${moment(opensAt)}.`;
  if (isSoldOut)
    return 'Sold out for now. What is not paid for in time comes back: this page looks again.';
  return closesAt === undefined ? 'Open now.' : `Open until ${moment(closesAt)}.`;
}

function showItems(status) {
  const options = form.elements.pool;
  const isNew = sale.items.some(({ pool }, index) => options.options[index]?.value !== pool);
  if (isNew) {
    options.replaceChildren(...sale.items.map(({ pool, from }) => new Option(from, pool)));
    at('items').replaceChildren(...sale.items.map(newItem));
    at('which').hidden = sale.items.length === 1;
  }
  for (const [index, { availability, unitPrice }] of sale.items.entries()) {
    const [, price, word] = at('items').children[index].children;
    say(price, unitPrice === undefined ? '' : money(unitPrice));
    const known = status === 'CLOSED' ? undefined : availability;
    word.dataset.word = known ?? '';
    say(word, WORDS[known] ?? '');
    options.options[index].disabled = known === 'sold-out';
  }
  const most = sale.limits.map(({ quantityMax }) => quantityMax);
  if (most.length > 0) form.elements.quantity.max = Math.min(...most);
}

function newItem({ from }) {
  const item = document.createElement('li');
  const name = document.createElement('strong');
  name.textContent = from;
  item.append(name, document.createElement('span'), document.createElement('span'));
  return item;
}

/** Readers that read aloud are told of changes alone. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function money(amount, currency = sale.currency) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function moment(time) {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}

function countdown(leftMs) {
  const leftS = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  const two = (number) => String(number).padStart(2, '0');
  const clock = [leftS / 3_600, (leftS / 60) % 60, leftS % 60].map((part) => two(Math.floor(part)));
  return clock.join(':');
}

/** A copy says when it was sent, and a cache how long ago that was. */
async function look() {
  const reply = await fetch(`${HERE}/page.json`);
  const sent = Date.parse(reply.headers.get('Date') ?? '');
  const agedMs = Number(reply.headers.get('Age') ?? 0) * SECOND_MS;
  if (!Number.isNaN(sent)) aheadMs = sent + agedMs - Date.now();
  if (reply.ok) sale = await reply.json();
}

async function lookOn() {
  if (!document.hidden) await look().catch(() => {});
  show();
  const status = statusNow();
  if (status === 'CLOSED') return;
  const opensInMs = Date.parse(sale.opensAt ?? '') - serverNow() + FIRST_LOOK_MS * Math.random();
  const afterMs = LOOK_MS[status] * (1 + Math.random());
  setTimeout(lookOn, opensInMs > 0 ? Math.min(opensInMs, afterMs) : afterMs);
}

async function buy() {
  const { pool, quantity, buyer } = form.elements;
  const lines = [{ pool: pool.value, quantity: Number(quantity.value) }];
  const text = JSON.stringify({ lines, buyer: buyer.value });
  if (attempt.text !== text) attempt = { text, key: newKey() };
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': attempt.key };
  const path = `/v1${HERE}/checkout`;
  const reply = await fetch(path, { method: 'POST', headers, body: text });
  const waitS = Number(reply.headers.get('Retry-After') ?? 0);
  if (waitS > 0) waitUntilMs = Date.now() + waitS * SECOND_MS;
  const body = await reply.json();
  if (!reply.ok) return answer('refused', refusal(reply.status, body));
  attempt = { text: '', key: '' };
  answer('bought', bought(body));
  return look();
}

function bought({ orderId, status, total }) {
  if (status !== 'RESERVED') return `Your turn is kept: order ${orderId}.`;
  const price = total === undefined ? '' : ` for ${money(total.amount, total.currency)}`;
  return `It is yours${price}, once it is paid. Order ${orderId}.`;
}

function refusal(status, { detail, remaining }) {
  if (status === 401 || status === 403)
    return 'Buying goes through the shop: this page has no key to it.';
  return remaining === undefined ? detail : `${detail} You may still buy ${remaining}.`;
}

function answer(kind, text) {
  at('answer').dataset.kind = kind;
  at('answer').hidden = false;
  say(at('answer'), text);
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  form.inert = true;
  show();
  await buy().catch(() => answer('refused', 'Nobody answered. Try again: it is bought once.'));
  form.inert = false;
  show();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) look().then(show, () => {});
});
setInterval(show, SECOND_MS);
show();
lookOn();
