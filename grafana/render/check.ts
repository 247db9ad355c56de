import { blindChecks, brokenDashboard } from './broken.ts';
import { errorsOf } from './checks.ts';
import type { Canvas } from './chromium.ts';
import { expectedOf } from './expected.ts';
import type { Scene } from './scenes.ts';

/** Of all panels, in pixels: in a window of a laptop, and of a screen on a desk. */
const widths = [1280, 1720];
const theme = 'dark';

/** Draws dashboards and returns what is wrong with them. Throws if a check cannot find what it is for. */
export async function errorsIn(scenes: AsyncIterable<Scene>, canvas: Canvas): Promise<readonly string[]> {
  for (const width of widths) {
    const blind = blindChecks(await canvas.measure(brokenDashboard, { width, theme }));
    if (blind.length > 0)
      throw new Error(`found nothing on a dashboard that is broken on purpose: ${blind.join(', ')}`);
  }
  const errors: string[] = [];
  for await (const { world, dashboard, data } of scenes) {
    for (const width of widths) {
      const found = errorsOf(await canvas.measure(data, { width, theme }), expectedOf(dashboard, world));
      errors.push(...found.map((error) => `${dashboard}, ${world}, ${String(width)} px: ${error}`));
    }
  }
  return errors;
}
