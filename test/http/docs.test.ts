// The pages about the HTTP side say what the code does: tables are equal, examples run.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { PROBLEM_CODES, problem } from '../../src/http/problem.ts';
import { LedgerProvider } from '../orders/payments/ledger-provider.ts';
import { notingSender } from '../support/senders.ts';
import { ServedShop } from './served-shop.ts';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const page = (name: string) => readFileSync(new URL(`docs/${name}`, root), 'utf8');

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
});
after(() => shop.close());

/** Where the routes are shown, each page with examples that run one after the other. */
const API_PAGES = [
  'http.md',
  'orders.md',
  'preorders.md',
  'returns.md',
  'vouchers.md',
  'flash-sales.md',
  'front.md',
  'sold-out.md',
  'waiting-room.md',
  'bots.md',
  'webhooks.md',
  'waiting-list.md',
  'messages.md',
];

test('docs/errors.md lists every problem with its status and sentence', () => {
  const rows = [...page('errors.md').matchAll(/^\| `([\w-]+)` \| (\d{3}) \| (.+) \|$/gm)];
  const written = rows.map(([, code, status, sentence]) => [code, Number(status), sentence]);
  const known = PROBLEM_CODES.map((code) => [code, problem(code).status, problem(code).detail]);
  assert.deepEqual(written, known);
});

test('the server explains every problem', async () => {
  const { errors } = (await shop.get('/errors')).body;
  assert.deepEqual(
    errors,
    PROBLEM_CODES.map((code) => problem(code)),
  );
  for (const { type, code } of errors) assert.equal((await shop.get(type)).body.code, code);
});

test('docs/events.md lists every type of event that is emitted', () => {
  const rows = [...page('events.md').matchAll(/^\| `([a-z]+\.[a-z]+)` \|/gm)];
  const written = rows.map(([, type]) => type);
  const emitted = [
    'src/kernel/',
    'src/orders/',
    'src/admission/anomaly/',
    'src/engines/redis/drift/',
  ].flatMap((name) => {
    const folder = new URL(name, root);
    const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
    return files.flatMap((file) => {
      const code = readFileSync(new URL(file, folder), 'utf8');
      return [...code.matchAll(/'([a-z]+\.[a-z]+)'/g)].map(([, type]) => type);
    });
  });
  assert.ok(emitted.length >= 15, 'the kernel writes its event types another way now');
  assert.deepEqual([...new Set(written)].sort(), [...new Set(emitted)].sort());
});

test('docs/http.md shows every route', async () => {
  const { paths } = (await shop.get('/openapi.json')).body;
  const shown = API_PAGES.map(page)
    .join('\n')
    .replaceAll(/\$(?:order|payment|return|waiter|place)\b/g, 'x')
    .replaceAll('$reservation', 'x')
    .replaceAll('$lease', 'x')
    .replaceAll('\\\n', ' ');
  for (const [path, operations] of Object.entries<object>(paths)) {
    const address = path.replaceAll('{reservation}', 'x').replace(/\{\w+\}/g, '[\\w-]+');
    for (const method of Object.keys(operations)) {
      const verb = method === 'get' ? 'curl (?!-X)[^\\n]*' : `curl -X ${method.toUpperCase()} `;
      const example = new RegExp(`${verb}['"]?http://localhost:8080${address}(?=['"?\\s])`);
      assert.match(shown, example, `${method} ${path}`);
    }
  }
});

test('the examples of docs/http.md run in order against an empty server', async (t) => {
  const { stdout, blocks } = await runExamples('http.md', t);
  assert.ok(blocks >= 15);
  assert.match(stdout, /"status":"CONFIRMED"/);
  assert.match(stdout, /"status":"CANCELLED"/);
  assert.match(stdout, /^event: snapshot\nid: \d+\ndata: .*"available"/m);
});

for (const name of API_PAGES.slice(1)) {
  test(`the examples of docs/${name} run in order against an empty server`, async (t) => {
    const { blocks } = await runExamples(name, t);
    assert.ok(blocks > 0);
  });
}

async function runExamples(name: string, t: TestContext) {
  // They ask for the time of now.
  const empty = await ServedShop.open(
    { providers: [new LedgerProvider('simulated')], senders: [notingSender('mail').sender] },
    async () => new MemoryEngine(),
  );
  t.after(() => empty.close());
  const blocks = [...page(name).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code);
  const script = ['curl() { command curl --silent --show-error --fail-with-body "$@"; echo; }']
    .concat(blocks as string[])
    .join('\n')
    .replaceAll('http://localhost:8080', empty.url);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);
  return { stdout, blocks: blocks.length };
}
