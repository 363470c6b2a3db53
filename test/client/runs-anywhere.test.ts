// The client needs nothing but what every runtime has: its files import no module of Node.js and no
// value from outside their folder, name no global that browsers lack, and they run in a browser.

import assert from 'node:assert/strict';
import { stripTypeScriptTypes } from 'node:module';
import { test } from 'node:test';
import { openTab, skipWithoutBrowser, startBrowser } from '../http/browser.ts';
import { ServedShop } from '../http/served-shop.ts';
import { importsOf } from '../tidy/imports.ts';
import { filesUnder, linesThatMatch, textOf } from '../tidy/project-files.ts';

const FILES = filesUnder('src/client/', '.ts');

test('it imports values from its own folder alone, and types from the server', () => {
  assert.ok(FILES.length > 10);
  const wrong = FILES.flatMap((path) =>
    importsOf(path)
      .filter(({ target, typesOnly }) => {
        if (target.startsWith('src/client/')) return false;
        return !typesOnly || !target.startsWith('src/');
      })
      .map(({ target }) => `${path} imports ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test('what is left of it without types imports nothing else either', () => {
  for (const path of FILES) {
    const script = stripTypeScriptTypes(textOf(path));
    for (const [, target] of script.matchAll(/\bfrom\s+'([^']+)'/g)) {
      assert.match(target!, /^\.\/[\w-]+\.ts$/, path);
    }
  }
});

test('it names no global of Node.js', () => {
  const globals = /\b(process|Buffer|require|__dirname|global|setImmediate)\b[.(]|\bNodeJS\./;
  assert.deepEqual(linesThatMatch(FILES, globals), []);
});

test('it sells, batches and listens in a browser', { skip: skipWithoutBrowser }, async () => {
  const shop = await ServedShop.open();
  await shop.fill('tea', 10);
  const browser = await startBrowser();
  try {
    const { page, wrong } = await openTab(browser, shop.url);
    await page.route('**/client/*.ts', (route) => {
      const name = new URL(route.request().url()).pathname.split('/').at(-1)!;
      const body = stripTypeScriptTypes(textOf(`src/client/${name}`));
      return route.fulfill({ contentType: 'text/javascript', body });
    });
    // As text: it runs in the page, not here.
    const told = await page.evaluate(`(async () => {
      const { HoldfastClient } = await import('/client/index.ts');
      const client = new HoldfastClient({ url: location.origin });
      const one = { lines: [{ pool: 'tea', quantity: 1 }] };
      const answers = await Promise.all([...Array(12)].map(() => client.reserve(one)));
      const held = answers.filter(({ ok }) => ok);
      await client.confirm({ reservation: held[0].value.id });
      for await (const { type, pools } of client.events({ pools: ['tea'] })) {
        return { held: held.length, refused: answers.find(({ ok }) => !ok).code, type, sold: pools[0].sold };
      }
    })()`);
    const expected = { held: 10, refused: 'insufficient-stock', type: 'snapshot', sold: 1 };
    assert.deepEqual(told, expected);
    assert.deepEqual(wrong, []);
  } finally {
    await browser.close();
    await shop.close();
  }
});
