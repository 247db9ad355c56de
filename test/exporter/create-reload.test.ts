import { expect, it } from '@jest/globals';
import type { Config } from '../../src/config/config.ts';
import { createReload } from '../../src/exporter/reload.ts';

it('All reloads that are asked for during a reload are one, which reads the newest configuration', async () => {
  const finish: (() => void)[] = [];
  const reload = createReload({
    load: () => new Promise<Config>((resolve) => finish.push(() => resolve({} as Config))),
    apply: () => Promise.resolve(),
    onResult: () => undefined,
    logger: { info: () => undefined, error: () => undefined },
  });
  const first = reload();
  await new Promise((resolve) => setImmediate(resolve));
  const later = Array.from({ length: 100 }, () => reload());
  finish.shift()?.();
  await first;
  await new Promise((resolve) => setImmediate(resolve));
  finish.shift()?.();
  expect([new Set(await Promise.all(later)), finish.length]).toEqual([new Set([undefined]), 0]);
});
