// The page of anomalies in a real browser: who is odd is seen, denied with a button, and let in again.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { ROOT } from '../support/test-files.ts';
import { openTab, skipWithoutBrowser, startBrowser } from './browser.ts';
import { ServedShop } from './served-shop.ts';

const options = { skip: skipWithoutBrowser };
const PICTURES = join(ROOT, 'node_modules/.cache/screenshots');
const NASTY = '<img src=x onerror="document.title=1">';
const LINES = [{ pool: 'kettle', quantity: 1 }];

let browser: Browser;
let shop: ServedShop;
before(async () => {
  if (skipWithoutBrowser === false) browser = await startBrowser();
});
after(() => browser?.close());
beforeEach(async () => {
  shop = await ServedShop.open({ trustProxy: ['127.0.0.1'] }, async () => new MemoryEngine());
  await shop.fill('kettle', 1_000);
  await shop.post('/v1/sales', { sale: 'spring', items: [{ from: 'kettle', quantity: 500 }] });
  for (const verb of ['arm', 'open']) await shop.post(`/v1/sales/spring/${verb}`);
});
afterEach(() => shop.close());

const buy = (buyer: string, address: string) =>
  shop.post('/v1/sales/spring/checkout', { buyer, lines: LINES }, { 'x-forwarded-for': address });

test(
  'who is odd is seen with reasons, denied for an hour, and let in again',
  options,
  async (t) => {
    for (let count = 0; count < 25; count += 1) await buy(`bot-${count}`, '203.0.113.9');
    for (let count = 0; count < 9; count += 1) await buy(NASTY, `2001:db8:${count}::1`);
    const desktop = await openTab(browser, `${shop.url}/anomalies.html`);
    const { page } = desktop;
    const odd = page.locator('#anomaly-list li', { hasText: '203.0.113.9' });
    await odd.getByText('address · 25 accounts, 25 attempts').waitFor();
    await page.locator('#anomaly-list li', { hasText: NASTY }).getByText('9 addresses').waitFor();
    await page.getByRole('button', { name: 'Deny for an hour: 203.0.113.9' }).click();
    await page.getByText('203.0.113.9 may not buy for an hour.').waitFor();
    const denied = page.locator('#denial-list li', { hasText: '203.0.113.9' });
    await denied.getByText(/address · score \d+: 25 accounts/).waitFor();
    assert.equal((await buy('bot-1', '203.0.113.9')).status, 403);

    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const other = await openTab(browser, `${shop.url}/anomalies.html`, {
      ...phone,
      colorScheme: 'dark',
    });
    await other.page.locator('#denial-list li', { hasText: '203.0.113.9' }).waitFor();
    await page.screenshot({ path: join(PICTURES, 'anomalies.png'), fullPage: true });
    await other.page.screenshot({ path: join(PICTURES, 'anomalies-phone.png'), fullPage: true });
    t.diagnostic(`screenshots: ${PICTURES}`);
    const sideways = 'document.documentElement.scrollWidth - innerWidth';
    assert.equal(await other.page.evaluate(sideways), 0, 'the phone scrolls sideways');

    await denied.getByRole('button', { name: 'Let buy again: 203.0.113.9' }).click();
    await page.getByText('203.0.113.9 may buy again.').waitFor();
    await page.getByText('Nobody is denied.').waitFor();
    assert.equal((await buy('bot-1', '203.0.113.9')).status, 202);
    assert.equal(await page.title(), 'Anomalies · Holdfast console');
    assert.deepEqual([desktop.wrong, other.wrong], [[], []]);
  },
);
