import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renderReport } from '../../src/cli/report/verify/formats.ts';
import { CONTEXT, verifiedTarget, withHostileFailure } from '../cli/report/verify/verified-endpoints.ts';

/** Where Debian puts the browser. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

let strict: Awaited<ReturnType<typeof verifiedTarget>>;
let folder: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];
let requested: string[];

beforeAll(async () => {
  strict = await verifiedTarget({ persona: 'strict' });
  folder = mkdtempSync(join(tmpdir(), 'entrain-verify-page-'));
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  complaints = [];
  requested = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requested.push(request.url()));
});

afterEach(async () => {
  await context.close();
});

const open = async (verified: Parameters<typeof renderReport>[1]): Promise<string> => {
  const file = join(folder, 'report.html');
  writeFileSync(file, renderReport('html', verified, CONTEXT));
  const { href } = pathToFileURL(file);
  await page.goto(href);
  return href;
};

const shownIds = (): Promise<string[]> =>
  page.locator('details.object:visible > summary > span:nth-child(2)').allTextContents();

describe('the page of a verification', () => {
  test('shows verdict, counts and every check, and asks for nothing but itself', async () => {
    const href = await open(strict);
    expect(await page.locator('h1').textContent()).toContain('not ready');
    expect(await shownIds()).toEqual(strict.result.results.map(({ check }) => check.id));
    expect(complaints).toEqual([]);
    expect(requested).toEqual([href]);
  });

  test('is searched, and filtered by state', async () => {
    await open(strict);
    await page.keyboard.press('/');
    await page.keyboard.type('disables a user');
    await expect.poll(shownIds).toEqual(['LEG-02']);
    await page.locator('#search').fill('');
    await page.getByRole('button', { name: /^pass/ }).click();
    await expect.poll(shownIds).toEqual(['LEG-01', 'LEG-02']);
  });

  test('copies the request that decided as a curl command, without the token', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await open(strict);
    const item = page.locator('details.object', { hasText: 'LEG-02' });
    await item.locator('summary').first().click();
    const exchange = item.locator('details.exchange[open]');
    await exchange.getByRole('button', { name: 'Copy as curl' }).click();
    const command = (await exchange.locator('pre.curl').textContent()) ?? '';
    const copied = () =>
      page.evaluate(async () => {
        const here = globalThis as unknown as {
          navigator: { clipboard: { readText(): Promise<string> } };
          getSelection(): { toString(): string };
        };
        return (await here.navigator.clipboard.readText().catch(() => '')) || here.getSelection().toString();
      });
    await expect.poll(copied).toBe(command);
    expect(command).toContain('"Authorization: Bearer $SCIM_TOKEN"');
    expect(command).toContain('"value":"False"');
    expect(complaints).toEqual([]);
  });

  test('shows what a hostile endpoint says as text', async () => {
    await open(withHostileFailure(strict));
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
