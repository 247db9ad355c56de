import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Canvas } from './chromium.ts';
import type { Scene } from './scenes.ts';

export interface PictureOptions {
  readonly folder: string;
  /** Of the panels, in pixels. */
  readonly width: number;
}

/** Writes a PNG of each scene in light and in dark colours. Returns their paths. */
export async function writePictures(
  scenes: AsyncIterable<Scene>,
  canvas: Canvas,
  { folder, width }: PictureOptions,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for await (const { world, dashboard, data } of scenes) {
    for (const theme of ['light', 'dark'] as const) {
      const path = join(folder, `${dashboard}-${world.replaceAll(' ', '-')}-${theme}.png`);
      await writeFile(path, await canvas.picture(data, { width, theme, opensRows: false }));
      paths.push(path);
    }
  }
  return paths;
}
