import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { launch } from 'puppeteer-core';
import type { DrawnDashboard } from './checks.ts';
import type { DashboardData } from './dashboard-data.ts';
import type { Look } from './page/dashboard.tsx';

export type { Look };

export interface Canvas {
  /** How the dashboard is drawn, with all of its rows open. */
  readonly measure: (data: DashboardData, look: Omit<Look, 'opensRows'>) => Promise<DrawnDashboard>;
  /** A PNG of the dashboard. */
  readonly picture: (data: DashboardData, look: Look) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

export interface CanvasOptions {
  readonly executablePath: string;
  /** What the page takes for the present, for texts such as "5 minutes ago". */
  readonly nowMs: number;
}

const folder = new URL('./', import.meta.url);
/** No server listens there: Chromium gets all files from this process. */
const origin = 'http://dashboards.invalid';
const html = '<!doctype html><link rel="stylesheet" href="styles.css"><body>';

/** Nothing takes this long, except on a machine that is busy with other work. */
const patienceMs = 300_000;

/** Opens a page in Chromium that draws dashboards. */
export async function openCanvas({ executablePath, nowMs }: CanvasOptions): Promise<Canvas> {
  const { script, styles } = await bundledPage();
  const browser = await launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
    timeout: patienceMs,
    protocolTimeout: patienceMs,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(patienceMs);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    const body = pathname === '/' ? html : pathname === '/styles.css' ? styles : packagedFile(pathname);
    void request.respond({
      status: body === undefined ? 404 : 200,
      contentType: contentType(pathname),
      body: body ?? '',
    });
  });
  await page.evaluateOnNewDocument(
    `Date.now = () => ${String(nowMs)}; window.__grafanaPublicPath__ = '${origin}/public/';`,
  );
  await page.goto(origin);
  await page.addScriptTag({ content: script, type: 'module' });
  await page.waitForFunction('window.draw !== undefined');

  async function draw(data: DashboardData, look: Look) {
    // So large that every panel is in view, because Grafana does not draw the rows of tables that are not.
    await page.setViewport({ width: look.width, height: 10_000 });
    const panels = await page.evaluate((what, how) => window.draw(what, how), data, look);
    if (errors.length > 0) throw new Error(`the page failed:\n${errors.join('\n')}`);
    return panels;
  }

  return {
    measure: async (data, look) => {
      const panels = await draw(data, { ...look, opensRows: true });
      const { marks, fromMs, toMs } = data;
      return { width: look.width, panels, marks, fromMs, toMs };
    },
    picture: async (data, look) => {
      await draw(data, look);
      const dashboard = await page.$('[data-dashboard]');
      if (dashboard === null) throw new Error('found no dashboard in the page');
      return dashboard.screenshot();
    },
    close: () => browser.close(),
  };
}

async function bundledPage(): Promise<{ readonly script: string; readonly styles: string }> {
  const { outputFiles } = await build({
    entryPoints: ['page.tsx', 'styles.css'].map((name) => fileURLToPath(new URL(`page/${name}`, folder))),
    outdir: '/',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.svg': 'text', '.woff2': 'empty', '.ttf': 'empty' },
  });
  const textOf = (name: string) => outputFiles.find(({ path }) => path === `/${name}`)?.text ?? '';
  return { script: textOf('page.js'), styles: textOf('styles.css') };
}

/** Icons of Grafana. */
function packagedFile(pathname: string): string | undefined {
  const file = new URL(`node_modules/@grafana/ui/dist${pathname}`, folder);
  return pathname.startsWith('/public/') && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function contentType(pathname: string): string {
  if (pathname.endsWith('.svg')) return 'image/svg+xml';
  return pathname.endsWith('.css') ? 'text/css' : 'text/html; charset=utf-8';
}
