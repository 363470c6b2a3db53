// Who gets in: every route of the table, with every key that must not open it and the one that does.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { ROLES, type Role } from '../../src/http/access/roles.ts';
import { type Access, ROUTE_ROLES } from '../../src/http/access/route-roles.ts';
import { buildApp } from '../../src/http/app.ts';
import { startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';
import { LedgerProvider } from '../orders/payments/ledger-provider.ts';
import { notingSender } from '../support/senders.ts';
import { commandFor, ID, LINES, TENTH_OFF } from './access-commands.ts';
import { addKey, bearer, idOf, type KeyedShop, openKeyedShop } from './keyed-shop.ts';
import { rawReply } from './raw-request.ts';
import { problemOf, type Reply } from './served-shop.ts';

let keyed: KeyedShop;
before(async () => {
  const senders = [notingSender().sender];
  keyed = await openKeyedShop({ providers: [new LedgerProvider()], senders });
});
after(() => keyed.close());

interface Row {
  method: string;
  path: string;
  access: Access;
}

const ROWS: Row[] = Object.entries(ROUTE_ROLES).map(([name, access]) => {
  const [method, pattern] = name.split(' ') as [string, string];
  const path = pattern
    .replace(/:reservation|:order|:return|:payment\b|:delivery|:waiter/, ID)
    .replace(':kind', 'account')
    .replace(':code', 'internal');
  return { method, path: path.replace(/:\w+/g, 'tea'), access };
});
const GUARDED = ROWS.filter(({ access }) => access !== 'open');

const NOBODY = `hf_${'0'.repeat(12)}_${'x'.repeat(43)}`;
/** Headers that open nothing, and how they are answered. */
function shutOut(): [name: string, headers: Record<string, string>, code: string][] {
  const { admin } = keyed.tokens;
  return [
    ['no key', {}, 'no-api-key'],
    ['another scheme', { authorization: `Basic ${btoa(`admin:${admin}`)}` }, 'no-api-key'],
    ['a bare token', { authorization: admin }, 'no-api-key'],
    ['no token', { authorization: 'Bearer ' }, 'no-api-key'],
    ['nonsense', bearer('nonsense'), 'unknown-api-key'],
    ['a key nobody has', bearer(NOBODY), 'unknown-api-key'],
    ['a wrong secret', bearer(`${admin.slice(0, -4)}AAAA`), 'unknown-api-key'],
    ['half a key', bearer(admin.slice(0, -1)), 'unknown-api-key'],
    ['a revoked key', bearer(keyed.revoked), 'revoked-api-key'],
  ];
}

/** Sends a request and looks at its beginning: a stream does not end. */
async function ask({ method, path }: Row, headers: Record<string, string>): Promise<Reply> {
  const body = method === 'GET' ? {} : { body: '{}' };
  const sent = { 'content-type': 'application/json', ...headers };
  const response = await fetch(keyed.shop.url + path, { method, headers: sent, ...body });
  const json = response.headers.get('content-type')?.includes('json') === true;
  const read = json ? await response.json() : await response.body?.cancel();
  return { status: response.status, headers: response.headers, body: read };
}

for (const row of GUARDED) {
  const needed = row.access as Role;
  test(`${row.method} ${row.path} is for ${needed} and above`, async () => {
    for (const [name, headers, code] of shutOut()) {
      const refused = await ask(row, headers);
      assert.equal(refused.body.code, code, name);
      problemOf(refused, 401, code);
      assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer/);
    }
    for (const role of ROLES) {
      const reply = await ask(row, bearer(keyed.tokens[role]));
      if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) {
        assert.ok(![401, 403].includes(reply.status), `${role}: ${JSON.stringify(reply.body)}`);
      } else {
        const { role: said, needed: asked } = problemOf(reply, 403, 'role-too-low');
        assert.deepEqual([said, asked], [role, needed]);
      }
    }
    if (row.method !== 'GET') return;
    const head = await fetch(keyed.shop.url + row.path, { method: 'HEAD' });
    assert.ok([401, 405].includes(head.status), `HEAD: ${head.status}`);
  });
}

test('who looks, who sells, who moves stock, who runs the server', () => {
  for (const { method, path, access } of GUARDED) {
    let expected: Role = 'operator';
    if (/^\/v1\/(webhooks|notices)/.test(path)) {
      expected = method === 'GET' || /(replay|preview)$/.test(path) ? 'operator' : 'admin';
    } else if (/^\/v1\/(deny-list|anomalies)/.test(path)) expected = 'operator';
    else if (method === 'GET') expected = 'viewer';
    else if (path.includes('/waiters')) expected = 'seller';
    else if (path.startsWith('/v1/expiry')) expected = 'admin';
    else if (path.startsWith('/v1/reservations') && !path.endsWith('/return')) expected = 'seller';
    else if (path.startsWith('/v1/leases') && !path.endsWith('/write-off')) expected = 'seller';
    else if (/^\/v1\/orders(\/[^/]+\/(cancel|payments))?$/.test(path)) expected = 'seller';
    else if (path.startsWith('/v1/payments')) expected = 'seller';
    else if (/^\/v1\/sales\/[^/]+\/(checkout|places)$/.test(path)) expected = 'seller';
    else if (/^\/v1\/returns(\/[^/]+\/cancel)?$/.test(path)) expected = 'seller';
    else if (/^\/v1\/orders\/[^/]+\/vouchers/.test(path)) expected = 'seller';
    assert.equal(access, expected, `${method} ${path}`);
  }
});

test('health, descriptions and pages are open', async () => {
  // A place opens its stream by itself.
  const rows = ROWS.filter(
    ({ access, method, path }) =>
      access === 'open' && method === 'GET' && !path.includes('/places/'),
  );
  const open = rows.map(({ path }) => path);
  for (const path of [...open, '/', '/main.js', '/docs/', '/docs/js/scalar.js']) {
    const { status } = await fetch(keyed.shop.url + path);
    // Anybody may ask for a sale; there is none.
    assert.equal(status, path.startsWith('/sales/') ? 404 : 200, path);
  }
});

test('every row of the table is a route, and every described route is a row', async () => {
  const { paths } = (await keyed.shop.get('/openapi.json')).body;
  const described = Object.entries<object>(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    ),
  );
  const rows = Object.keys(ROUTE_ROLES).filter((name) => name !== 'GET /openapi.json');
  assert.deepEqual(described.sort(), rows.sort());
});

test('a server with a route that has no role does not start', async () => {
  const stock = await Stock.open(new MemoryEngine(), { sweep: false });
  const app = await buildApp({ stock });
  app.get('/v1/forgotten', async () => ({}));
  await assert.rejects(async () => app.ready(), /no role is declared for GET \/v1\/forgotten/);
  await stock.close();
});

test('a key is asked for before the body, the idempotency key and the shape are looked at', async () => {
  const port = Number(new URL(keyed.shop.url).port);
  const head =
    'POST /v1/reservations HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: a b\r\n' +
    'Content-Type: text/plain\r\nContent-Length: 9999999\r\nConnection: close\r\n\r\n';
  assert.equal((await rawReply(port, head)).body.code, 'no-api-key');
});

test('with keys it answers under any name, and may be reached from outside', async (t) => {
  const { shop, ring } = keyed;
  const open = await startServer({ stock: shop.stock, host: '0.0.0.0', port: 0, keys: ring });
  t.after(() => open.close());
  const port = Number(new URL(open.url).port);
  const asking = (more: string) =>
    rawReply(
      port,
      `GET /v1/pools HTTP/1.1\r\nHost: shop.example.org\r\nConnection: close\r\n${more}\r\n`,
    );
  assert.equal((await asking('')).status, 401);
  const key = `Authorization: bearer ${keyed.tokens.viewer}\r\n`;
  assert.equal((await asking(key)).status, 200);
});

test('the description says which key a route takes', async () => {
  const { paths, components } = (await keyed.shop.get('/openapi.json')).body;
  assert.equal(components.securitySchemes.apiKey.scheme, 'bearer');
  for (const [name, access] of Object.entries(ROUTE_ROLES)) {
    const [method, pattern] = name.split(' ') as [string, string];
    const operation = paths[pattern.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    if (operation === undefined) continue;
    const guarded = access !== 'open';
    assert.deepEqual(operation.security, guarded ? [{ apiKey: [] }] : undefined, name);
    assert.deepEqual(
      [401, 403].map((status) => status in operation.responses),
      [guarded, guarded],
    );
    if (guarded) assert.equal(operation.description, `Role: ${access}.`);
  }
});

test('the principal of each command is its key', async () => {
  const { shop, tokens } = keyed;
  const headers = bearer(tokens.admin);
  const call = (path: string, body?: object) => shop.post(path, body, headers);
  await shop.put('/v1/pools/tea', {}, headers);
  await shop.put('/v1/pools/tea-2', { product: 'tea' }, headers);
  await shop.put('/v1/pools/dry', {}, headers);
  await call('/v1/pools/tea/receive', { quantity: 100 });
  await shop.put('/v1/campaigns/tea', TENTH_OFF, headers);
  const commands = GUARDED.filter(
    ({ method, path }) => method !== 'GET' && !/expiry|(refresh|replay|preview|accept)$/.test(path),
  );
  for (const { method, path } of commands) {
    const command = await commandFor(path, call);
    assert.ok(command.body, `say in BODIES what ${path} takes`);
    const reply = await shop.call(method, command.path, command.body, headers);
    assert.ok(reply.status < 300, `${path}: ${JSON.stringify(reply.body)}`);
    const head = shop.stock.engine.health().position;
    const entries = await shop.stock.engine.entries({ after: head - 10, limit: 10 });
    // What follows from a command by itself is nobody's.
    const entry = entries.findLast(({ request }) => request !== undefined);
    assert.equal(entry?.request?.principal, idOf(tokens.admin), path);
  }
});

test('the same idempotency key from two API keys is two commands', async () => {
  const { shop, ring, tokens } = keyed;
  const other = addKey(ring.path, 'operator', 'till-3');
  await ring.look();
  await shop.put('/v1/pools/two', {}, bearer(tokens.operator));
  const receive = (token: string) =>
    shop.post(
      '/v1/pools/two/receive',
      { quantity: 5 },
      { ...bearer(token), 'idempotency-key': 'd' },
    );
  for (const token of [tokens.operator, other, tokens.operator, other]) {
    assert.equal((await receive(token)).status, 200);
  }
  assert.equal((await shop.stock.pool('two'))?.available, 10);
});

test('an item of a batch asks for the role that its command asks for', async () => {
  const { shop, tokens } = keyed;
  const items = [
    { op: 'return', reservation: ID, ...LINES },
    { op: 'cancel', reservation: ID },
  ];
  for (const [role, code] of [
    ['seller', 'role-too-low'],
    ['operator', 'unknown-reservation'],
  ] as const) {
    const { body } = await shop.post('/v1/reservations/batch', { items }, bearer(tokens[role]));
    const codes = body.results.map(({ problem }: { problem: { code: string } }) => problem.code);
    assert.deepEqual(codes, [code, 'unknown-reservation']);
  }
});
