// The first page in a real browser: what one person does another one sees, and nothing a buyer
// writes becomes markup. Leaves its latest screenshots in one folder for whoever wants to look.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { startServer } from '../../src/http/server.ts';
import { lastingPort } from '../support/free-port.ts';
import { ROOT } from '../support/test-files.ts';
import { openTab, skipWithoutBrowser, startBrowser } from './browser.ts';
import { openKeyedShop, revokeKey } from './keyed-shop.ts';
import { ServedShop } from './served-shop.ts';

const options = { skip: skipWithoutBrowser };
const PICTURES = join(ROOT, 'node_modules/.cache/screenshots');
const NASTY = '<img src=x onerror="document.title=1">';

let browser: Browser;
let shop: ServedShop;
before(async () => {
  if (skipWithoutBrowser !== false) {
    console.error(`\n!!! ${skipWithoutBrowser}\n`);
    return;
  }
  browser = await startBrowser();
});
after(() => browser?.close());
beforeEach(async () => {
  shop = await ServedShop.open({}, async () => new MemoryEngine());
});
afterEach(() => shop.close());

async function live(page: Page): Promise<void> {
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
}

function pool(page: Page, id: string, amounts: string) {
  return page.getByRole('button', { name: new RegExp(`^${id}.*: ${amounts}\\.`) });
}

test('one person sells, another one watches', options, async (t) => {
  const seller = await openTab(browser, shop.url);
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const watcher = await openTab(browser, shop.url, { ...phone, colorScheme: 'dark' });
  const { page } = seller;
  await Promise.all([live(page), live(watcher.page)]);

  await page.getByLabel('New pool').fill('tea');
  await page.getByRole('button', { name: 'Create pool' }).click();
  await page.getByLabel('Units').fill('100');
  await page.getByRole('button', { name: 'Receive', exact: true }).click();
  await pool(watcher.page, 'tea', '100 available, 0 held, 0 sold').waitFor();

  const form = page.locator('#reserve-form');
  await form.getByLabel('Quantity').fill('3');
  await form.getByLabel('Buyer').fill(NASTY);
  await form.getByRole('button', { name: 'Reserve' }).click();
  await page.getByText('Reserved 3 × tea.').waitFor();
  const held = watcher.page.locator('.reservation', { hasText: '3 × tea' });
  await held.getByText(/^1[45]:\d\d left$/).waitFor();
  await held.getByText(NASTY).waitFor();
  await pool(watcher.page, 'tea', '97 available, 3 held, 0 sold').waitFor();

  await page.getByRole('button', { name: '5 more minutes: 3 × tea' }).click();
  await held.getByText(/^(?:19|20):\d\d left$/).waitFor();
  await page.getByRole('button', { name: 'Confirm: 3 × tea' }).click();
  await held.getByText('Confirmed').waitFor();
  await pool(watcher.page, 'tea', '97 available, 0 held, 3 sold').waitFor();
  await watcher.page.locator('.event-list li', { hasText: 'Sold 3 × tea' }).waitFor();

  await form.getByLabel('Quantity').fill('98');
  await form.getByRole('button', { name: 'Reserve' }).click();
  await page.getByText('Not enough of this item is left. tea: 97 left.').waitFor();

  await form.getByLabel('Quantity').fill('5');
  await form.getByRole('button', { name: 'Reserve' }).click();
  await watcher.page.getByRole('button', { name: 'Cancel: 5 × tea' }).click();
  await page.locator('.reservation', { hasText: 'Cancelled' }).waitFor();

  await page.screenshot({ path: join(PICTURES, 'desktop.png'), fullPage: true });
  await watcher.page.screenshot({ path: join(PICTURES, 'phone-dark.png'), fullPage: true });
  t.diagnostic(`screenshots: ${PICTURES}`);
  assert.equal(await watcher.page.title(), 'Holdfast console');
  assert.deepEqual([seller.wrong, watcher.wrong], [[], []]);
  const sideways = 'document.documentElement.scrollWidth - innerWidth';
  assert.equal(await watcher.page.evaluate(sideways), 0, 'the phone scrolls sideways');
});

test('a countdown ends in time, without a word from the server', options, async () => {
  await shop.fill('tea', 1);
  const { page } = await openTab(browser, shop.url);
  await live(page);
  await shop.hold('tea', 1, { holdFor: 'PT15M' });
  await page.locator('.reservation', { hasText: 'Held' }).waitFor();
  await page.clock.setFixedTime(Date.now() + 16 * 60_000);
  await page.locator('.reservation', { hasText: 'Expired' }).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Confirm/ }).count(), 0);
});

test('thousands of pools are paged and filtered', options, async () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `p${String(index).padStart(4, '0')}`);
  await Promise.all([...names, 'zebra'].map((name) => shop.stock.putPool({ pool: name })));
  const { page, wrong } = await openTab(browser, shop.url);
  const range = page.locator('#pools-range');
  await range.getByText('1 to 15').waitFor();
  await page.getByRole('button', { name: 'Next' }).click();
  await range.getByText('16 to 30').waitFor();
  await pool(page, 'p0015', '0 available, 0 held, 0 sold').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await range.getByText('1 to 15').waitFor();
  const filter = page.getByLabel('Show pools whose id starts with');
  await filter.fill('p199');
  await pool(page, 'p1999', '0 available, 0 held, 0 sold').waitFor();
  assert.equal(await range.isVisible(), false);
  await filter.fill('zebra');
  await pool(page, 'zebra', '0 available, 0 held, 0 sold').click();
  assert.equal(await page.locator('#reserve-form').getByLabel('Pool').inputValue(), 'zebra');
  await filter.fill('nothing');
  await page.getByText('No pool starts with “nothing”.').waitFor();
  assert.deepEqual(wrong, []);
});

test('it notices when the server is gone, and goes on when it is back', options, async (t) => {
  const port = await lastingPort();
  await shop.close();
  shop = await ServedShop.open({ port }, async () => new MemoryEngine());
  await shop.fill('tea', 10);
  const { page } = await openTab(browser, shop.url);
  await live(page);
  await pool(page, 'tea', '10 available, 0 held, 0 sold').waitFor();
  await shop.server.close();
  await page.locator('#connection[data-state=offline]').waitFor();
  await shop.stock.reserve({ lines: [{ pool: 'tea', quantity: 4 }] });
  const back = await startServer({ stock: shop.stock, port });
  t.after(() => back.close());
  await live(page);
  await pool(page, 'tea', '6 available, 4 held, 0 sold').waitFor();
  await page.locator('.event-list li', { hasText: 'Held 4 × tea' }).waitFor();
});

test(
  'it asks for an API key, keeps it for the tab, and asks again when it is revoked',
  options,
  async (t) => {
    const keyed = await openKeyedShop();
    t.after(() => keyed.close());
    const { page, wrong } = await openTab(browser, keyed.shop.url);
    const dialog = page.getByRole('dialog', { name: 'API key' });
    const give = async (token: string) => {
      await dialog.getByLabel('Key', { exact: true }).fill(token);
      await dialog.getByRole('button', { name: 'Use this key' }).click();
    };
    await dialog.getByText('An API key is needed here.').waitFor();
    await give(keyed.revoked);
    await dialog.getByText('This API key has been revoked.').waitFor();
    await give(keyed.tokens.operator);
    await live(page);
    await page.getByLabel('New pool').fill('tea');
    await page.getByRole('button', { name: 'Create pool' }).click();
    await pool(page, 'tea', '0 available, 0 held, 0 sold').waitFor();
    await page.reload();
    await live(page);
    await pool(page, 'tea', '0 available, 0 held, 0 sold').waitFor();
    revokeKey(keyed.ring.path, keyed.tokens.operator);
    await keyed.ring.look();
    await dialog.getByText('This API key has been revoked.').waitFor();
    await give(keyed.tokens.viewer);
    await live(page);
    await page.getByLabel('Pool', { exact: true }).fill('tea');
    await page.getByRole('button', { name: 'Reserve', exact: true }).click();
    await page.getByText('The role of this API key does not reach that far.').waitFor();
    assert.deepEqual(wrong, []);
  },
);

test('everything can be reached and named without a mouse', options, async () => {
  await shop.fill('tea', 10);
  await shop.hold('tea', 1);
  const { page } = await openTab(browser, shop.url);
  await page.locator('.reservation').waitFor();
  const nameless = await page.evaluate(`
    [...document.querySelectorAll('input, select, button, a, summary')]
      .filter((it) => !(it.labels?.[0] ?? it).textContent.trim() && !it.getAttribute('aria-label'))
      .map((it) => it.outerHTML)`);
  assert.deepEqual(nameless, []);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.className'), 'skip');
  await page.getByLabel('Pool', { exact: true }).focus();
  await page.keyboard.type('tea');
  await page.keyboard.press('Enter');
  await page.getByText('Reserved 1 × tea.').waitFor();
});

test('the API reference opens without anything from elsewhere', options, async () => {
  const { page, wrong } = await openTab(browser, `${shop.url}/docs/`);
  await page.getByRole('heading', { name: 'Holdfast' }).waitFor();
  await page.getByText('Receive units into a pool').first().waitFor();
  assert.deepEqual(wrong, []);
});
