import { eventually } from '@meridian/testkit/eventually';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../testing/browser.ts';
import { type DemoRouter, demoRouter } from '../testing/demo-router.ts';
import { testIssuer } from '../testing/issuer.ts';

const executablePath = findChromium();
if (!executablePath)
  console.log('skipped: the explorer in a real browser, because there is no Chromium on the PATH');

describe.skipIf(!executablePath)('the explorer in a browser without the internet', () => {
  let issuer: Awaited<ReturnType<typeof testIssuer>>;
  let router: DemoRouter;
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    issuer = await testIssuer();
    router = await demoRouter({ auth: issuer.auth });
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
  });
  afterAll(async () => {
    await browser?.close();
    await router?.stop();
    await issuer?.remove();
  });

  const write = async (editor: string, text: string) => {
    await page.locator(`${editor} .view-lines`).click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(text);
  };
  const run = async (query: string) => {
    await write('.graphiql-query-editor', query);
    await page.keyboard.press('ControlOrMeta+Enter');
  };
  const shown = async () =>
    ((await page.locator('.result-window').textContent()) ?? '').replaceAll('\u00a0', ' ');

  it('runs a query', async () => {
    await run('query { item(id: "1") { name } }');
    await eventually(async () => expect(await shown()).toContain('"name": "Item 1"'));
  });

  it('runs a subscription, and shows events as they come', async () => {
    await run('subscription { stockChanged { stock name } }');
    await eventually(() => expect(router.listeners.size).toBe(1));
    for (const level of [41, 42]) {
      router.publish('2', level);
      await eventually(async () => expect(await shown()).toContain(`"stock": ${level}`));
    }
    expect(await shown()).toContain('"name": "Item 2"');
  });

  it('sends the headers of its editor with queries and with subscriptions', async () => {
    await page.keyboard.press('ControlOrMeta+Enter'); // stops the subscription
    await page.getByRole('button', { name: 'Headers' }).click();
    // The editor closes brackets by itself, so the last one is left out.
    await write(
      '.graphiql-editor-tool .graphiql-editor:not(.hidden)',
      `{"Authorization": "${await issuer.bearer('user_ada')}"`,
    );
    await run('query { caller }');
    await eventually(async () => expect(await shown()).toContain('"caller": "user_ada stock:read"'));
    await run('subscription { stockChanged { askedBy } }');
    await eventually(() => expect(router.listeners.size).toBe(1));
    router.publish('2', 1);
    await eventually(async () => expect(await shown()).toContain('"askedBy": "user_ada stock:read"'));
  });

  it('lets an EventSource of a page of this origin in, which can send no header', async () => {
    const query = 'subscription { stockLog { cursor item { name } } }';
    await page.evaluate(
      (url) => {
        const heard: unknown[] = [];
        const source = new EventSource(url);
        source.addEventListener('next', (event: Event) => {
          const { data, lastEventId } = event as MessageEvent;
          heard.push([lastEventId, JSON.parse(data)]);
        });
        Object.assign(globalThis, { heard, source });
      },
      `/graphql?query=${encodeURIComponent(query)}`,
    );
    const heard = () => page.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard);
    await eventually(() => expect(router.log.readers.size).toBe(1));
    const { cursor } = router.log.append('1');
    const event = { data: { stockLog: { cursor, item: { name: 'Item 1' } } } };
    await eventually(async () => expect(await heard()).toEqual([[cursor, event]]));
    await page.evaluate(() => (globalThis as unknown as { source: EventSource }).source.close());
    await eventually(() => expect(router.log.readers.size).toBe(0));
  });

  it('refuses an EventSource of another site', async () => {
    const other = await browser.newPage();
    const query = 'subscription { stockChanged { stock } }';
    await other.evaluate(
      (url) => void new EventSource(url),
      `${router.url}/graphql?query=${encodeURIComponent(query)}`,
    );
    await eventually(() =>
      expect(router.lines).toContainEqual(
        expect.objectContaining({ msg: 'operation', door: 'http', status: 400 }),
      ),
    );
    await other.close();
  });

  it('asks nothing of anybody else, and breaks no rule of its content security policy', async () => {
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
