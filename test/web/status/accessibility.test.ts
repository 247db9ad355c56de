import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserPage, startChromium } from '../../support/chromium.ts';
import { requireProgram } from '../../support/require-program.ts';
import { statusStates, type StatusWorld, worldIn } from '../../support/status-worlds.ts';
import { startTestServer, type TestServer } from '../../support/web-server.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const desktop = { width: 1280, height: 900, deviceScaleFactor: 1, mobile: false };
const phone = { width: 390, height: 844, deviceScaleFactor: 2, mobile: true };

const modes = [
  { mode: 'light', scheme: 'light', screen: desktop },
  { mode: 'dark', scheme: 'dark', screen: desktop },
  { mode: 'phone', scheme: 'light', screen: phone },
] as const;

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** The violations of WCAG 2.2 AA and of axe's best practices in each mode, with all details open. */
async function violations(page: BrowserPage): Promise<readonly string[]> {
  await page.evaluate(`${axe}; for (const details of document.querySelectorAll('details')) details.open = true`);
  const all: string[] = [];
  for (const { mode, scheme, screen } of modes) {
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    await page.send('Emulation.setDeviceMetricsOverride', screen);
    const found = await page.evaluate<readonly Violation[]>('axe.run().then(({ violations }) => violations)');
    for (const { id, impact, nodes } of found) {
      for (const { html, failureSummary } of nodes) all.push(`${mode}: ${impact} ${id}: ${html} ${failureSummary}`);
    }
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    if (overflow > 0) all.push(`${mode}: the page is ${overflow} px wider than the screen`);
  }
  return all;
}

/** What the focus is on, as an operator would say it. */
const focused = `(() => {
  const { activeElement: element } = document;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    text: element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent.trim() ?? element.textContent,
    isVisible: style.outlineStyle !== 'none' && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
})()`;

interface Focused {
  readonly text: string;
  readonly isVisible: boolean;
}

requireProgram({ program: 'chromium', from: 'chromium' }, 'The status page for everybody', () => {
  let browser: Browser;
  let server: TestServer | undefined;
  beforeAll(() => {
    browser = startChromium();
  });
  afterAll(() => browser.close());
  afterEach(() => server?.stop());

  const open = async (world: StatusWorld, path: string): Promise<BrowserPage> => {
    server = await startTestServer({ status: world.data });
    const page = await browser.newPage();
    await page.open(`http://127.0.0.1:${server.port}${path}`);
    return page;
  };

  it('A barrier is found: a button without a name', async () => {
    const page = await open(await worldIn('no rooms'), '/');
    await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')`);

    expect(await violations(page)).toContainEqual(expect.stringContaining('critical button-name: <button></button>'));
  }, 90_000);

  it('The page of a room has no barrier in light, dark and on a phone', async () => {
    const page = await open(await worldIn('calm'), '/room?sdk_app_id=1400000001&room_id=live-1');

    expect(await violations(page)).toEqual([]);
  }, 90_000);

  describe.each(statusStates)('In the state "%s"', (state) => {
    it('The page has no barrier in light, dark and on a phone', async () => {
      const page = await open(await worldIn(state), '/');

      expect(await violations(page)).toEqual([]);
      expect(page.reports).toEqual([]);
    }, 90_000);

    it('The keyboard reaches everything, and the focus is visible', async () => {
      const page = await open(await worldIn(state), '/');
      const stops: Focused[] = [];
      for (;;) {
        await page.press('Tab');
        const stop = await page.evaluate<Focused & { readonly isBody: boolean }>(
          `({ ...${focused}, isBody: document.activeElement === document.body })`,
        );
        if (stop.isBody) break;
        stops.push(stop);
      }

      const reachable = await page.evaluate<number>(
        `[...document.querySelectorAll('a, button, input, select, summary, [tabindex="0"]')].filter((element) => element.checkVisibility()).length`,
      );
      expect(stops.length).toBeGreaterThanOrEqual(reachable);
      expect(stops.filter(({ isVisible }) => !isVisible)).toEqual([]);
    });
  });
});
