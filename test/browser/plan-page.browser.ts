import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PlannedPage, planSampleCompany } from './planned-page.ts';

/** Where Debian puts the browser. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Where pictures of the page are kept for people to look at; absent: nowhere. */
const PICTURES = process.env.PICTURES;

let planned: PlannedPage;
let browser: Browser;
let page: Page;
let complaints: string[];
let requested: string[];

beforeAll(async () => {
  planned = await planSampleCompany();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  planned?.remove();
});

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  complaints = [];
  requested = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(pathToFileURL(planned.file).href);
});

afterEach(async () => {
  await page.close();
});

const shownLabels = (): Promise<string[]> => page.locator('details.object:visible .label').allTextContents();

const picture = async (name: string): Promise<void> => {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`) });
};

describe('the page of a plan', () => {
  test('shows the sum, the warnings and every object about which something is done', async () => {
    const { counts, warnings } = planned.end;
    expect(await page.locator('.numbers li').first().textContent()).toBe(`${counts.create} to create`);
    expect(await page.locator('.warnings li').count()).toBe(warnings.length);
    const count = counts.create + counts.update + counts.failed;
    expect(await shownLabels()).toHaveLength(count);
    expect(await page.locator('#shown').textContent()).toBe(`${count} of ${count + counts.skipped} shown`);
    await picture('page');
  });

  test('has nothing to complain of, and asks for nothing but itself', async () => {
    expect(complaints).toEqual([]);
    expect(requested).toEqual([pathToFileURL(planned.file).href]);
  });

  test('is searched by all words, in names and in reasons', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('alma user create');
    await expect.poll(shownLabels).toEqual(['alma.lindqvist@northlight.example']);
    await page.locator('#search').fill('duplicatesourceentries');
    await expect.poll(shownLabels).toEqual(['rei.sato@partner.example']);
    expect(await page.locator('section.phase:visible').count()).toBe(1);
  });

  test('is filtered by action; who is left alone is shown when asked for', async () => {
    for (const action of ['create', 'update']) await page.locator(`button[data-action=${action}]`).click();
    await expect.poll(async () => (await shownLabels()).length).toBe(planned.end.counts.failed);
    await page.locator('button[data-action=fail]').click();
    await page.locator('button[data-action=skip]').click();
    await expect.poll(async () => (await shownLabels()).length).toBe(planned.end.counts.skipped);
    expect(await page.locator('button[data-action=skip]').getAttribute('aria-pressed')).toBe('true');
  });

  test('opens an object by keyboard to its five steps and its requests', async () => {
    const object = page.locator('details.object', { hasText: 'alma.lindqvist@northlight.example' }).first();
    await object.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await object.getAttribute('open')).not.toBeNull();
    expect(await object.locator('ol.steps > li > b').allTextContents()).toEqual([
      'Import',
      'Scope',
      'Match',
      'Decision',
      'Export',
    ]);
    const request = await object.locator('pre').textContent();
    expect(request).toMatch(/^POST \/Users\n\n\{/);
    expect(request).toContain('"userName": "alma.lindqvist@northlight.example"');
    await object.scrollIntoViewIfNeeded();
    await picture('object');
  });

  test('fits a phone, by day and by night', async () => {
    await page.setViewportSize({ width: 375, height: 720 });
    await page.locator('details.object summary').first().click();
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(await overflow()).toBeLessThanOrEqual(0);
    await picture('phone');
    const ink = () => page.evaluate('getComputedStyle(document.body).color');
    const byDay = await ink();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ink()).not.toBe(byDay);
    await picture('night');
  });

  test('can be read without a script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(pathToFileURL(planned.file).href);
    const { create, update, failed, skipped } = planned.end.counts;
    expect(await plain.locator('details.object').count()).toBe(create + update + failed + skipped);
    expect(await plain.locator('#controls').isVisible()).toBe(false);
    await context.close();
  });
});
