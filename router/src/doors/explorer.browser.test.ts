import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findChromium } from '../testing/browser.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';

const executablePath = findChromium();
if (!executablePath)
  console.log('skipped: the explorer in a real browser, because there is no Chromium on the PATH');

describe.skipIf(!executablePath)(
  'the explorer in a browser without the internet',
  { timeout: 60_000 },
  () => {
    let router: DemoRouter;
    let browser: Browser;
    let page: Page;
    const outside: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      router = await demoRouter();
      browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
      const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      await context.route('**/*', (route) => {
        const { protocol, origin } = new URL(route.request().url());
        if (origin === router.url || protocol === 'blob:' || protocol === 'data:') return route.continue();
        outside.push(route.request().url());
        return route.abort();
      });
      page = await context.newPage();
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${router.url}/explorer`);
      await page.locator('.graphiql-query-editor .view-lines').waitFor();
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      await router?.stop();
    });

    const run = async (query: string) => {
      await page.locator('.graphiql-query-editor .view-lines').click();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText(query);
      await page.keyboard.press('ControlOrMeta+Enter');
    };
    const shown = async () =>
      ((await page.locator('.result-window').textContent()) ?? '').replaceAll('\u00a0', ' ');

    it('runs a query', async () => {
      await run('query { item(id: "1") { name } }');
      await vi.waitFor(async () => expect(await shown()).toContain('"name": "Item 1"'), { timeout: 10_000 });
    });

    it('runs a subscription, and shows events as they come', async () => {
      await run('subscription { stockChanged { stock name } }');
      await vi.waitFor(() => expect(router.listeners.size).toBe(1), { timeout: 10_000 });
      for (const level of [41, 42]) {
        router.publish('2', level);
        await vi.waitFor(async () => expect(await shown()).toContain(`"stock": ${level}`), {
          timeout: 10_000,
        });
      }
      expect(await shown()).toContain('"name": "Item 2"');
    });

    it('knows the schema, and asks nothing of anybody else', async () => {
      expect(outside).toEqual([]);
      expect(complaints).toEqual([]);
    });
  },
);
