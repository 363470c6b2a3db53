// The OpenAPI document: of the promised version, complete, and with the bounds that the kernel keeps.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LINES_MAX, QUANTITY_MAX } from '../../src/kernel/check-command.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
});
after(() => shop.close());

test('it is OpenAPI 3.1 and describes every operation', async () => {
  const document = (await shop.get('/openapi.json')).body;
  assert.equal(document.openapi, '3.1.0');
  for (const [path, operations] of Object.entries<object>(document.paths)) {
    for (const [method, operation] of Object.entries<Operation>(operations as never)) {
      const name = `${method} ${path}`;
      assert.ok(operation.summary, name);
      assert.equal(operation.tags?.length, 1, name);
      const success = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
      assert.ok(success.length > 0, name);
      const headers = operation.parameters?.filter((parameter) => parameter.in === 'header') ?? [];
      const keyed = headers.some((parameter) => parameter.name === 'Idempotency-Key');
      const signed = path.startsWith('/v1/payment-callbacks');
      assert.equal(keyed, method !== 'get' && !signed, name);
    }
  }
});

interface Operation {
  summary?: string;
  tags?: string[];
  responses: Record<string, unknown>;
  parameters?: { in: string; name: string }[];
  requestBody?: { required: boolean };
}

test('it shows bounds, optional bodies, and references that lead somewhere', async () => {
  const document = (await shop.get('/openapi.json')).body;
  const text = JSON.stringify(document);
  const { lines } =
    document.paths['/v1/reservations'].post.requestBody.content['application/json'].schema
      .properties;
  assert.equal(lines.maxItems, LINES_MAX);
  assert.equal(lines.items.properties.quantity.maximum, QUANTITY_MAX);
  const verb = (name: string) => document.paths[`/v1/reservations/{reservation}/${name}`].post;
  assert.equal(verb('confirm').requestBody.required, false);
  assert.equal(verb('extend').requestBody.required, true);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(document.components.schemas[name!], name);
  }
  assert.doesNotMatch(text, /"\$ref":"(?!#\/components\/schemas\/)/);
});

test('the page to read it needs nothing from elsewhere', async () => {
  const page = await shop.get('/docs/');
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.body, /(?:src|href)="?https?:/);
  assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /https?:|\*/);
  assert.equal((await shop.get('/docs/js/scalar.js')).status, 200);
});
