// The page of a sale in a real browser: a buyer waits, buys, is told what limits allow, comes too late. No script
// error, nothing fetched from elsewhere, and nothing that the page's own policy stops.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { Engine } from '../../../src/engines/contract.ts';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import { ROOT } from '../../support/test-files.ts';
import { openTab, skipWithoutBrowser, startBrowser } from '../browser.ts';
import { openKeyedShop } from '../keyed-shop.ts';
import { ServedShop } from '../served-shop.ts';

const options = { skip: skipWithoutBrowser, timeout: 600_000 };
const PHONE = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const };
const PICTURES = join(ROOT, 'node_modules/.cache/screenshots/sale');
let browser: Browser;
let shop: ServedShop;
before(async () => {
  if (skipWithoutBrowser) return;
  browser = await startBrowser();
});
after(() => browser?.close());
async function opened(t: TestContext, engine?: () => Promise<Engine>): Promise<void> {
  shop = await ServedShop.open({}, engine);
  t.after(() => shop.close());
  await shop.fill('kettle', 100);
}

const ITEMS = { items: [{ from: 'kettle', quantity: 3, unitPrice: 1990 }], currency: 'EUR' };
const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

async function armed(more: object): Promise<void> {
  const sale = { sale: 'black-friday', ...ITEMS, ...more };
  assert.equal((await shop.post('/v1/sales', sale)).status, 201);
  assert.equal((await shop.post('/v1/sales/black-friday/arm')).status, 200);
}

const openPage = (more = {}) => openTab(browser, `${shop.url}/sales/black-friday`, more);
const fitsSideways = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - innerWidth');

async function buy(page: Page, buyer: string, quantity: number): Promise<void> {
  await page.getByLabel('Quantity').fill(String(quantity));
  await page.getByLabel('Your name').fill(buyer);
  await page.getByRole('button', { name: 'Buy' }).click();
}

test(
  'it counts down, opens by the clock, sells, and says when there is no more',
  options,
  async (t) => {
    // Pages count down by a real clock.
    await opened(t, async () => new MemoryEngine());
    const limits = [{ per: 'buyer', quantityMax: 2 }];
    await armed({ opensAt: fromNow(3_600_000), limits });
    const early = await openPage();
    await early.page
      .getByRole('timer')
      .getByText(/^(00:5\d:\d\d|01:00:00)$/)
      .waitFor();
    await early.page.getByText(/^Opens .+\.$/).waitFor();
    await early.page.getByText('€19.90').waitFor();
    assert.equal(await early.page.getByRole('button', { name: 'Buy' }).isVisible(), false);
    await early.page.screenshot({ path: join(PICTURES, 'soon.png') });

    const sooner = { ...ITEMS, opensAt: fromNow(2_000), limits };
    assert.equal((await shop.put('/v1/sales/black-friday', sooner)).status, 200);
    const { page, wrong } = await openPage();
    const phone = await openPage(PHONE);
    await page.getByText('Open now.').waitFor();
    await buy(page, 'ann', 2);
    await page
      .getByText(/^It is yours for €39\.80, once it is paid\. Order [\da-f-]{36}\.$/)
      .waitFor();
    await buy(phone.page, 'ann', 1);
    await phone.page.getByText(/You may still buy 0\./).waitFor();
    await phone.page.screenshot({ path: join(PICTURES, 'phone-dark.png') });
    await phone.page.getByText('Only a few left').waitFor();
    await buy(phone.page, 'bob', 1);
    await phone.page.getByText('It is yours').waitFor();
    await page.getByText('Sold out for now.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Buy' }).isVisible(), false);
    await page.screenshot({ path: join(PICTURES, 'sold-out.png') });
    assert.equal(await fitsSideways(phone.page), 0, 'the phone scrolls sideways');

    assert.equal((await shop.post('/v1/sales/black-friday/close')).status, 200);
    await page.getByText('This sale is over.').waitFor();
    assert.deepEqual([early.wrong, wrong, phone.wrong], [[], [], []]);
    t.diagnostic(`screenshots: ${PICTURES}`);
  },
);

test('who tries too often waits as long as the server says, and buys once', options, async (t) => {
  await opened(t);
  await armed({ buyerRate: { perSecond: 0.01, burst: 1 } });
  assert.equal((await shop.post('/v1/sales/black-friday/open')).status, 200);
  const { page, wrong } = await openPage();
  await buy(page, 'ann', 1);
  await page.getByText('It is yours').waitFor();
  await page.getByRole('button', { name: 'Buy' }).click();
  await page.getByRole('button', { name: /^Try again in \d+ s$/ }).waitFor();
  shop.time.passMs(100_000);
  await page.clock.setFixedTime(Date.now() + 101_000);
  await page.getByRole('button', { name: 'Buy' }).click();
  await page.getByText('It is yours').waitFor();
  const [item] = (await shop.get('/v1/sales/black-friday')).body.items;
  assert.equal(item.held, 2);
  assert.deepEqual(wrong, []);
});

test('where keys are asked for it sends buyers to the shop', options, async (t) => {
  const keyed = await openKeyedShop();
  t.after(() => keyed.close());
  const headers = { authorization: `Bearer ${keyed.tokens.admin}` };
  const items = [{ from: 'tea', quantity: 1 }];
  await keyed.shop.put('/v1/pools/tea', {}, headers);
  await keyed.shop.post('/v1/pools/tea/receive', { quantity: 1 }, headers);
  await keyed.shop.post('/v1/sales', { sale: 'spring', items }, headers);
  for (const verb of ['arm', 'open'])
    await keyed.shop.post(`/v1/sales/spring/${verb}`, {}, headers);
  const { page, wrong } = await openTab(browser, `${keyed.shop.url}/sales/spring`);
  await buy(page, 'ann', 1);
  await page.getByText('Buying goes through the shop').waitFor();
  assert.deepEqual(wrong, []);
});
