// A flash sale's crowd as k6 plays it: each virtual user is one buyer, who tries the sale's checkout, pays or walks
// away, thinks, and comes again. What came of it goes, by seconds, to the file that SUMMARY names. It expects an open
// sale on a server of this machine, and judges nothing beside its thresholds.
//   HOST=http://127.0.0.1:8080 SALE=spring POOL=kettle k6 run load/flash-sale.js

import { check, fail, sleep } from 'k6';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';

const {
  HOST = 'http://127.0.0.1:8080',
  SALE = 'spring',
  POOL = 'kettle',
  USERS = '50',
  SECONDS = '10',
  /** Between two attempts, in seconds, give or take a half. */
  THINK = '1',
  /** 1: users come within the time that they think, and look at the page first; 0: all press at once. */
  SPREAD = '1',
  /** The share of those who pay for what they got. */
  PAY = '1',
  HOLD_FOR = '5s',
  /** The most that the 99th percentile may be; no threshold without it. */
  P99_MS = '',
  SUMMARY = '',
} = __ENV;

const CODES = [
  'rate-limited',
  'insufficient-stock',
  'limit-exceeded',
  'sale-not-open',
  'sale-closed',
  'overloaded',
  'other',
];
/** An iteration that has begun may end, as long as k6 waits for it. */
const SECONDS_AFTER = 5;
const SECONDS_MAX = 600;
const PAY_TRIES_MAX = 50;
const PAY_PAUSE = 0.1;
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+$/;

const hosts = HOST.split(',');
const [users, seconds, think] = [Number(USERS), Number(SECONDS), Number(THINK)];
for (const host of hosts) {
  if (!LOOPBACK.test(host)) throw new Error(`HOST: ${host} is not on this machine's loopback`);
}
if (!(users >= 1 && users <= 20_000)) throw new Error('USERS must be 1 to 20000');
if (!(seconds >= 1 && seconds <= SECONDS_MAX)) throw new Error(`SECONDS: 1 to ${SECONDS_MAX}`);

const attemptMs = new Trend('attempt_ms', true);
const accepted = new Counter('accepted');
const refused = Object.fromEntries(CODES.map((code) => [code, new Counter(counterOf(code))]));
const paid = new Counter('paid');
const notPaid = new Counter('not_paid');
const failed = new Counter('failed');
const answeredAtMs = new Trend('answered_at_ms', true);

export const options = {
  scenarios: {
    crowd: {
      executor: 'constant-vus',
      vus: users,
      duration: `${seconds}s`,
      gracefulStop: '30s',
    },
  },
  thresholds: thresholds(),
  summaryTrendStats: ['count', 'max', 'p(50)', 'p(99)'],
};

/** Beside those that are meant: one that always holds for each second, which makes k6 count it apart. */
function thresholds() {
  const all = { failed: ['count==0'], answered_at_ms: ['max>=0'] };
  if (P99_MS !== '') all.attempt_ms = [`p(99)<${Number(P99_MS)}`];
  for (let second = 0; second < seconds + SECONDS_AFTER; second += 1) {
    all[`attempt_ms{second:${second}}`] = ['max>=0'];
    all[`accepted{second:${second}}`] = ['count>=0'];
    for (const code of CODES) all[`${counterOf(code)}{second:${second}}`] = ['count>=0'];
  }
  return all;
}

function counterOf(code) {
  return `refused_${code.replaceAll('-', '_')}`;
}

export function setup() {
  const looked = http.get(`${hosts[0]}/v1/sales/${SALE}`);
  if (looked.status !== 200) fail(`no sale ${SALE} at ${hosts[0]}: ${looked.status}`);
  return { startedAtMs: Date.now() };
}

const HEADERS = { headers: { 'Content-Type': 'application/json' } };
const host = hosts[__VU % hosts.length];

export default function ({ startedAtMs }) {
  // Whoever buys has looked at the page first, and thought: no thousand people press in the same millisecond.
  if (__ITER === 0 && SPREAD === '1') {
    sleep(think * Math.random());
    http.get(`${host}/sales/${SALE}/page.json`);
    sleep(think * (0.5 + Math.random()));
  }
  const second = { second: String(Math.floor((Date.now() - startedAtMs) / 1_000)) };
  const lines = [{ pool: POOL, quantity: 1 }];
  const body = JSON.stringify({ buyer: `user-${__VU}`, lines, holdFor: HOLD_FOR });
  const answer = http.post(`${host}/v1/sales/${SALE}/checkout`, body, HEADERS);
  attemptMs.add(answer.timings.duration, second);
  answeredAtMs.add(Date.now() - startedAtMs);
  if (answer.status === 202) {
    accepted.add(1, second);
    if (Math.random() < Number(PAY)) pay(answer.json('orderId'));
  } else if ([409, 429, 503].includes(answer.status)) {
    const code = answer.json('code');
    refused[CODES.includes(code) ? code : 'other'].add(1, second);
  } else failed.add(1);
  if (think > 0) sleep(think * (0.5 + Math.random()));
}

/** Asks again under the same key where the server was busy: nobody may pay twice, and nobody gives up at once. */
function pay(order) {
  const headers = { ...HEADERS.headers, 'Idempotency-Key': `paid-${order}` };
  let answer;
  for (let tries = 0; tries < PAY_TRIES_MAX; tries += 1) {
    answer = http.post(`${host}/v1/orders/${order}/paid`, '{}', { headers });
    if (answer.status !== 503 && answer.status !== 0) break;
    sleep(PAY_PAUSE);
  }
  if (check(answer, { paid: ({ status }) => status === 200 })) paid.add(1);
  else notPaid.add(1);
}

export function handleSummary({ metrics, setup_data: { startedAtMs } }) {
  const values = (name) => (metrics[name] === undefined ? {} : metrics[name].values);
  const count = (name) => values(name).count || 0;
  const bySecond = [];
  for (let second = 0; second < seconds + SECONDS_AFTER; second += 1) {
    const times = values(`attempt_ms{second:${second}}`);
    const counted = (name) => count(`${name}{second:${second}}`);
    bySecond.push({
      second,
      arrivals: times.count || 0,
      dropped: 0,
      accepted: counted('accepted'),
      refused: Object.fromEntries(CODES.map((code) => [code, counted(counterOf(code))])),
      p50Ms: times['p(50)'] || 0,
      p99Ms: times['p(99)'] || 0,
    });
  }
  const summary = {
    startedAtMs,
    lastAnswerMs: values('answered_at_ms').max || 0,
    bySecond,
    p50Ms: values('attempt_ms')['p(50)'] || 0,
    p99Ms: values('attempt_ms')['p(99)'] || 0,
    paid: count('paid'),
    notPaid: count('not_paid'),
    failed: count('failed'),
  };
  return SUMMARY === ''
    ? { stdout: `${JSON.stringify(summary)}\n` }
    : { [SUMMARY]: JSON.stringify(summary) };
}
