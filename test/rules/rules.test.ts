import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { requireProgram } from '../support/require-program.ts';
import { alerts, recordings, ruleFiles } from './rule-files.ts';

const histories = fileURLToPath(new URL('.', import.meta.url));
const runbooks = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));

/** The output of promtool. Rejects with what promtool finds wrong. */
async function promtool(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('promtool', args, { maxBuffer: 2 ** 26 }).catch((error: unknown) => {
    const { stdout: found = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`promtool ${args.join(' ')}\n${found}${stderr}`, { cause: error });
  });
  return stdout;
}

requireProgram({ program: 'promtool', from: 'prometheus' }, 'The alert rules', () => {
  it('Prometheus accepts the rule files', async () => {
    await expect(promtool('check', 'rules', ...ruleFiles)).resolves.toContain('SUCCESS');
  });

  it.each(readdirSync(histories).filter((name) => name.endsWith('.test.yml')))(
    'The histories in %s raise the expected alerts and no others',
    async (name) => {
      await expect(promtool('test', 'rules', join(histories, name))).resolves.toContain('SUCCESS');
    },
  );
});

describe('The alert rules', () => {
  it('Each alert has a runbook, and each runbook an alert', () => {
    expect(readdirSync(runbooks).toSorted()).toEqual(alerts.map(({ alert }) => `${alert}.md`).toSorted());
    const linked = alerts.map(({ alert, annotations }) => [
      alert,
      /\/docs\/runbooks\/(.*)\.md$/.exec(annotations.runbook_url)?.[1],
    ]);
    expect(linked).toEqual(alerts.map(({ alert }) => [alert, alert]));
  });

  it('Each description contains a value', () => {
    const plain = alerts.filter(({ annotations }) => !/\{\{.*(value|\$labels).*\}\}/.test(annotations.description));
    expect(plain).toEqual([]);
  });

  it('Each alert has a severity and a scope, by which Alertmanager routes it', () => {
    expect(new Set(alerts.map(({ labels }) => labels.scope))).toEqual(new Set(['room', 'platform', 'app', 'exporter']));
    // The severity of a drop of a room is a label of the series that it reads.
    const ofSeries = new Set(recordings.flatMap(({ labels }) => labels?.severity ?? []));
    expect(ofSeries).toEqual(new Set(['critical', 'warning', 'info']));
    const without = alerts.filter(({ labels }) => labels.severity === undefined);
    expect(without.map(({ alert }) => alert)).toEqual(['TencentLiveRoomAudienceDrop', 'TencentLiveRoomZeroAudience']);
    const others = new Set(alerts.flatMap(({ labels }) => labels.severity ?? []));
    expect(others).toEqual(new Set(['critical', 'warning', 'info']));
  });

  it('Each threshold of the rules is one series, with the number on its last line', () => {
    const thresholds = recordings.filter(({ record }) => record.startsWith('app:tencent_live_threshold:'));
    expect(thresholds.length).toBeGreaterThan(0);
    const shape = /^\d+(?:\.\d+)? \+ 0 \* max by \(job, sdk_app_id\) \(tencent_live_up\)\n$/;
    expect(thresholds.filter(({ expr }) => !shape.test(expr))).toEqual([]);
    const read = ruleFiles.map((path) => readFileSync(path, 'utf8')).join('');
    const unread = thresholds.filter(({ record }) => read.split(new RegExp(`${record}\\b`)).length < 3);
    expect(unread).toEqual([]);
  });

  it('Nothing links to a dashboard of this machine', () => {
    expect(ruleFiles.filter((path) => readFileSync(path, 'utf8').includes('localhost'))).toEqual([]);
  });

  it('The rules select the scrape job of prometheus.yml by its name', () => {
    const job = /job_name: (\S+)/.exec(readFileSync(new URL('../../prometheus.yml', import.meta.url), 'utf8'))?.[1];
    const named = ruleFiles.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/^(?!\s*#).*\{job="([^"]+)"/gm)]);
    expect(new Set(named.map(([, name]) => name))).toEqual(new Set([job]));
  });
});
