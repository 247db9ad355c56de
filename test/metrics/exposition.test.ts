import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { infoLabels, type ExpositionConfig } from '../../src/config/config.ts';
import { createExporterMetrics } from '../../src/metrics/exporter/exporter-metrics.ts';
import { Exposition, type WantedExposition } from '../../src/metrics/exposition.ts';
import { everyForm, exposeRooms, textOf, timerless } from '../support/exposed.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { expositionConfig, namedRoom, startMs, wholeApp, wholeRooms } from '../support/room-samples.ts';

type RenderText = (wanted?: Partial<WantedExposition>) => Promise<string>;

/** An exposition in which every family of the program has a sample, unless the config keeps some out. */
function wholeExposition(config: ExpositionConfig = { ...expositionConfig, infoLabels }): RenderText {
  const { sdkAppId, tasks } = wholeApp;
  const metrics = createExporterMetrics({ version: '1.2.3' });
  for (const { task } of tasks) {
    const collection = { succeeded: true, finishedAtMs: startMs, durationSeconds: 4 };
    metrics.observer.collectionFinished({ sdkAppId, task, ...collection });
  }
  metrics.httpRequestFinished({ handler: '/metrics', code: 200 });
  metrics.configLoaded({ succeeded: true, atMs: startMs });
  const { exposition } = exposeRooms([{ sdkAppId, rooms: wholeRooms }], () => config);
  const { render } = new Exposition({
    apps: () => [wholeApp],
    rooms: () => exposition.published(),
    metrics,
    clock: timerless,
  });
  return async ({ format = 'text', encoding = 'identity' } = {}) =>
    textOf(await render({ format, encoding }), { encoding });
}

function familyNames(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
}

/** An exposition beside so many rooms, on a clock that the test moves; `renderings` counts those of the exporter's own metrics. */
function besideRooms(count: number) {
  const clock = new FakeClock();
  const rooms = Array.from({ length: count }, (_, index) => namedRoom(`room-${index}`, 'name'));
  const { exposition, listeners } = exposeRooms([{ sdkAppId: 1, rooms }]);
  const own = createExporterMetrics({ version: '' });
  let renderings = 0;
  let isFaulty = false;
  const ahead = new Exposition({
    apps: () => [],
    rooms: () => exposition.current(),
    metrics: {
      shown: () => own.shown(),
      render: (input) => {
        renderings += 1;
        return isFaulty ? Promise.reject(new Error('no metrics')) : own.render(input);
      },
    },
    clock,
  });
  return {
    clock,
    stop: () => ahead.stop(),
    scrape: (encoding: WantedExposition['encoding'] = 'gzip') => ahead.render({ format: 'text', encoding }),
    renderings: () => renderings,
    break: (isBroken: boolean) => {
      isFaulty = isBroken;
    },
    add: (id: string) => listeners.get(1)?.published(namedRoom(id, 'name')),
  };
}

const few = 1024;
const many = 1025;

describe('Exposition', () => {
  it('ends OpenMetrics with its mark, once, and the text format without', async () => {
    const render = wholeExposition();
    const ends = await Promise.all(
      everyForm.map(async (form) => {
        const text = await render(form);
        return [form.format, text.match(/^# EOF$/gm)?.length, text.endsWith('\n# EOF\n')];
      }),
    );
    expect(ends).toEqual([
      ['text', undefined, false],
      ['text', undefined, false],
      ['openmetrics', 1, true],
      ['openmetrics', 1, true],
    ]);
  });

  it('has each family once, with all its samples after its header', async () => {
    const text = await wholeExposition()();
    const names = familyNames(text);
    const owners = text
      .trimEnd()
      .split('\n')
      .map((line) => /^# (?:HELP|TYPE) (\S+)|^([^{ ]+)/.exec(line))
      .map((match) => match?.[1] ?? match?.[2]?.replace(/(?<=_seconds)_(?:bucket|sum|count)$/, ''));
    const runs = owners.filter((owner, index) => owner !== owners[index - 1]);
    expect(runs).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
  });

  it('counts the series of rooms in its own snapshot_series', async () => {
    const text = await wholeExposition()();
    const ofRooms = text.split('\n').filter((line) => line.startsWith('tencent_live_room_'));
    expect(text).toContain(`\ntencent_live_exporter_snapshot_series ${ofRooms.length}\n`);
  });

  it('renders every answer for its scrape beside few rooms', async () => {
    const { scrape, renderings, clock } = besideRooms(few);
    await scrape();
    await scrape();
    await clock.advance(10_000);
    expect([renderings(), clock.timers]).toEqual([2, 0]);
  });

  it('renders nothing for a scrape beside many rooms, once somebody scrapes', async () => {
    const { scrape, renderings, clock } = besideRooms(many);
    await scrape();
    await clock.advance(15_500);
    const before = renderings();
    await scrape();
    expect([before, renderings()]).toEqual([16, 16]);
  });

  it('answers beside many rooms with what was known a second ago at most', async () => {
    const { scrape, clock, add } = besideRooms(many);
    await scrape();
    add('late');
    await clock.advance(1000);
    expect(textOf(await scrape(), { encoding: 'gzip' })).toContain('"late"');
  });

  it('makes answers ahead only in the forms that somebody has asked for within three minutes', async () => {
    const { scrape, renderings, clock } = besideRooms(many);
    await scrape('gzip');
    await scrape('identity');
    await clock.advance(100_000);
    await scrape('gzip');
    const before = renderings();
    await clock.advance(79_000);
    const ofBoth = renderings() - before;
    await clock.advance(100_000);
    expect([ofBoth, renderings() - before, clock.timers]).toEqual([158, 258, 1]);
    await clock.advance(2000);
    expect([renderings() - before, clock.timers]).toEqual([258, 0]);
  });

  it('tells the fault at the scrape where an answer cannot be made ahead, and goes on', async () => {
    const { scrape, clock, break: breakMetrics } = besideRooms(many);
    await scrape();
    breakMetrics(true);
    await clock.advance(1000);
    await expect(scrape()).rejects.toThrow('no metrics');
    breakMetrics(false);
    await expect(scrape()).resolves.not.toEqual([]);
  });

  it('makes nothing ahead once it is stopped', async () => {
    const { scrape, clock, stop } = besideRooms(many);
    await scrape();
    stop();
    expect(clock.timers).toBe(0);
  });

  it('applies the filters of families to rooms and not to itself', async () => {
    const families = { include: [/no family/], exclude: [/up|exporter/] };
    const names = familyNames(await wholeExposition({ ...expositionConfig, families })());
    expect(names.filter((name) => name.startsWith('tencent_live_room_'))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['tencent_live_up', 'tencent_live_exporter_build_info']));
  });

  it('has nothing to blame for promtool but the two names that end in _count', async () => {
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: await wholeExposition()() });
    if (promtool.error !== undefined && process.env['CI'] === undefined) {
      console.warn('skipped: promtool is not installed (Debian package prometheus)');
      return;
    }
    expect(promtool.error).toBeUndefined();
    expect(promtool.stderr.toString().trim().split('\n')).toEqual([
      'tencent_live_room_member_count non-histogram and non-summary metrics should not have "_count" suffix',
      'tencent_live_room_view_count non-histogram and non-summary metrics should not have "_count" suffix',
    ]);
  });
});
