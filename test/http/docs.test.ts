// The pages about the HTTP side say what the code does: tables are equal, examples run.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { PROBLEM_CODES, problem } from '../../src/http/problem.ts';
import { ServedShop } from './served-shop.ts';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const page = (name: string) => readFileSync(new URL(`docs/${name}`, root), 'utf8');

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
});
after(() => shop.close());

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

test('docs/events.md lists every type of event that the kernel emits', () => {
  const rows = [...page('events.md').matchAll(/^\| `([a-z]+\.[a-z]+)` \|/gm)];
  const written = rows.map(([, type]) => type);
  const kernel = new URL('src/kernel/', root);
  const emitted = readdirSync(kernel).flatMap((file) => {
    const code = readFileSync(new URL(file, kernel), 'utf8');
    return [...code.matchAll(/'([a-z]+\.[a-z]+)'/g)].map(([, type]) => type);
  });
  assert.ok(emitted.length >= 15, 'the kernel writes its event types another way now');
  assert.deepEqual([...new Set(written)].sort(), [...new Set(emitted)].sort());
});

test('docs/http.md shows every route', async () => {
  const { paths } = (await shop.get('/openapi.json')).body;
  const shown = page('http.md')
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
  // They ask for the time of now.
  const empty = await ServedShop.open({}, async () => new MemoryEngine());
  t.after(() => empty.close());
  const blocks = [...page('http.md').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.ok(blocks.length >= 15);
  const script = ['curl() { command curl --silent --show-error --fail-with-body "$@"; echo; }']
    .concat(blocks as string[])
    .join('\n')
    .replaceAll('http://localhost:8080', empty.url);
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);
  assert.match(stdout, /"status":"CONFIRMED"/);
  assert.match(stdout, /"status":"CANCELLED"/);
  assert.match(stdout, /^event: snapshot\nid: \d+\ndata: .*"available"/m);
});
