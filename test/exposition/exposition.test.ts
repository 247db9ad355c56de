import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { infoLabels } from '../../src/config/config.ts';
import { createExporterMetrics } from '../../src/exposition/exporter-metrics.ts';
import { createExposition, type RenderExposition } from '../../src/exposition/exposition.ts';
import { expositionConfig, startMs, wholeApp } from './room-samples.ts';

/** An exposition in which every family of the program has a sample. */
function wholeExposition(): RenderExposition {
  const metrics = createExporterMetrics({ version: '1.2.3' });
  for (const { task } of wholeApp.tasks) {
    const collection = { succeeded: true, finishedAtMs: startMs, durationSeconds: 4 };
    metrics.observer.collectionFinished({ sdkAppId: wholeApp.sdkAppId, task, ...collection });
  }
  metrics.httpRequestFinished({ handler: '/metrics', code: 200 });
  metrics.configLoaded({ succeeded: true, atMs: startMs });
  return createExposition({ apps: () => [wholeApp], config: () => ({ ...expositionConfig, infoLabels }), metrics });
}

function familyNames(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
}

describe('createExposition', () => {
  it('ends OpenMetrics with its mark, once, and the text format without', async () => {
    const render = wholeExposition();
    const marks = async (format: 'text' | 'openmetrics') => (await render(format)).match(/^# EOF$/gm)?.length ?? 0;
    expect([
      await marks('openmetrics'),
      await marks('text'),
      (await render('openmetrics')).endsWith('\n# EOF\n'),
    ]).toEqual([1, 0, true]);
  });

  it('has each family once, with all its samples after its header', async () => {
    const text = await wholeExposition()('text');
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
    const text = await wholeExposition()('text');
    const ofRooms = text.split('\n').filter((line) => line.startsWith('tencent_live_room_'));
    expect(text).toContain(`\ntencent_live_exporter_snapshot_series ${ofRooms.length}\n`);
  });

  it('applies the filters of families to rooms and not to itself', async () => {
    const config = { ...expositionConfig, families: { include: [/no family/], exclude: [/up|exporter/] } };
    const metrics = createExporterMetrics({ version: '' });
    const names = familyNames(
      await createExposition({ apps: () => [wholeApp], config: () => config, metrics })('text'),
    );
    expect(names.filter((name) => name.startsWith('tencent_live_room_'))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['tencent_live_up', 'tencent_live_exporter_build_info']));
  });

  it('has nothing to blame for promtool but the two names that end in _count', async () => {
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: await wholeExposition()('text') });
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
