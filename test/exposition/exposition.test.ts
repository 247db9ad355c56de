import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { infoLabels, type ExpositionConfig } from '../../src/config/config.ts';
import { createExporterMetrics } from '../../src/exposition/exporter-metrics.ts';
import { createExposition, type WantedExposition } from '../../src/exposition/exposition.ts';
import { everyForm, exposeRooms, textOf, timerless } from './exposed.ts';
import { FakeClock } from '../fake-clock.ts';
import { expositionConfig, namedRoom, startMs, wholeApp, wholeRooms } from './room-samples.ts';

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
  const render = createExposition({
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

describe('createExposition', () => {
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

  it.each([
    ['shares one answer for a second beside many rooms', 1025, [true, true, false]],
    ['renders every answer anew beside few', 1024, [false, false, false]],
  ])('%s', async (_promise, count, shared) => {
    const clock = new FakeClock();
    const rooms = Array.from({ length: count }, (_, index) => namedRoom(`room-${index}`, 'name'));
    const { exposition } = exposeRooms([{ sdkAppId: 1, rooms }]);
    const metrics = createExporterMetrics({ version: '' });
    const render = createExposition({ apps: () => [], rooms: () => exposition.current(), metrics, clock });
    const answers: (readonly Buffer[])[] = [];
    for (const waitMs of [0, 0, 999, 1]) {
      await clock.advance(waitMs);
      answers.push(await render({ format: 'text', encoding: 'gzip' }));
    }
    expect(answers.slice(1).map((answer, index) => answer === answers[index])).toEqual(shared);
  });

  it('answers with the rooms of the moment, whatever it shared before', async () => {
    const rooms = Array.from({ length: 1025 }, (_, index) => namedRoom(`room-${index}`, 'name'));
    const { exposition, listeners } = exposeRooms([{ sdkAppId: 1, rooms }]);
    const metrics = createExporterMetrics({ version: '' });
    const clock = new FakeClock();
    const render = createExposition({ apps: () => [], rooms: () => exposition.current(), metrics, clock });
    await render({ format: 'text', encoding: 'identity' });
    listeners.get(1)?.published(namedRoom('late', 'name'));
    expect(textOf(await render({ format: 'text', encoding: 'identity' }), { encoding: 'identity' })).toContain(
      '"late"',
    );
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
