// Finds and starts Chromium for tests of pages. Where there is none the tests are skipped, loudly;
// with CI set they fail instead.

import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const found = [process.env.HOLDFAST_CHROMIUM, ...PLACES].find((path) => path && existsSync(path));

/** For `test()`: why there is nothing to test with, or false. */
export const skipWithoutBrowser =
  found === undefined && !process.env.CI
    ? 'NOT TESTED: the console page, because there is no Chromium (apt-get install chromium)'
    : false;

export async function startBrowser(): Promise<Browser> {
  if (found === undefined) throw new Error('no Chromium: install it or set HOLDFAST_CHROMIUM');
  return chromium.launch({ executablePath: found, headless: true, args: FLAGS });
}

/** A tab, and what went wrong in it: script errors, and requests to anywhere but the server. */
export async function openTab(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; wrong: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const wrong: string[] = [];
  const origin = new URL(url).origin;
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    // Chromium logs every status from 400 on; refusals are part of the play.
    if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(text)) wrong.push(text);
  });
  page.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (protocol.startsWith('http') && to !== origin) wrong.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  return { page, wrong };
}
