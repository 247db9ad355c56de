import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { defaultLinks } from '../../alerting/rule-file.ts';
import { committedRules } from './scenarios.ts';
import { describeWith } from '../support/require-program.ts';

const oddRoom = String.raw`{job="tencent-live", sdk_app_id="14", room_id="@TGS#\"1\\ a"}`;
const oddRoomNamed = oddRoom.replace('}', ', room_name="Evening show"}');
const room = { job: 'tencent-live', sdk_app_id: '14', room_id: String.raw`@TGS#"1\ a` };
const inRoom = { severity: 'warning', scope: 'room', ...room };
const roomUrl = `${defaultLinks.grafana}/d/tencent-live-room?var-sdk_app_id=14&var-room_id=%40TGS%23%221%5C+a`;
const updated = { series: `tencent_live_room_online_members_updated_timestamp_seconds${oddRoom}`, values: '0+60x60' };

function runbook(alert: string): string {
  return `${defaultLinks.runbooks}/${alert}.md`;
}

function promtool(test: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  const path = join(folder, 'annotations.yml');
  try {
    writeFileSync(path, stringify({ rule_files: committedRules, evaluation_interval: '1m', tests: [test] }));
    return execFileSync('promtool', ['test', 'rules', path], { encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeWith({ program: 'promtool', from: 'prometheus' }, 'the texts of alerts', () => {
  it('tell the value, the baseline and the threshold of a room, by its name, and link to it whatever its id holds', () => {
    const output = promtool({
      interval: '1m',
      input_series: [
        { series: `tencent_live_room_online_members${oddRoom}`, values: '1000x30 450x30' },
        { series: `tencent_live_room_info${oddRoomNamed}`, values: '1x60' },
        updated,
      ],
      alert_rule_test: [
        {
          eval_time: '33m',
          alertname: 'TencentLiveRoomAudienceDrop',
          exp_alerts: [
            {
              exp_labels: inRoom,
              exp_annotations: {
                summary: String.raw`The audience of room @TGS#"1\ a (Evening show) dropped to 450 members.`,
                description: String.raw`Room @TGS#"1\ a of app 14 has 450 members online (mean of 3 minutes) where it had 1000; the alert's threshold is 600. The room has not ended.`,
                runbook_url: runbook('TencentLiveRoomAudienceDrop'),
                dashboard_url: roomUrl,
              },
            },
          ],
        },
      ],
    });
    expect(output).toContain('SUCCESS');
  });

  it('tell the baseline that an empty room had, also when its baseline is gone', () => {
    const output = promtool({
      interval: '1m',
      input_series: [{ series: `tencent_live_room_online_members${oddRoom}`, values: '1000x30 0x30' }, updated],
      alert_rule_test: [
        {
          eval_time: '50m',
          alertname: 'TencentLiveRoomZeroAudience',
          exp_alerts: [
            {
              exp_labels: inRoom,
              exp_annotations: {
                summary: String.raw`Nobody is in room @TGS#"1\ a any more.`,
                description: String.raw`Room @TGS#"1\ a of app 14 has had 0 members online for 5 minutes; its baseline was 1000 before. The room has not ended.`,
                runbook_url: runbook('TencentLiveRoomZeroAudience'),
                dashboard_url: roomUrl,
              },
            },
          ],
        },
      ],
    });
    expect(output).toContain('SUCCESS');
  });

  it('tell how many rooms of a platform dropped, and by how much', () => {
    const rooms = ['a', 'b', 'c'].map((id) => `{job="tencent-live", sdk_app_id="14", room_id="${id}"}`);
    const output = promtool({
      interval: '1m',
      input_series: rooms.flatMap((labels) => [
        { series: `tencent_live_room_online_members${labels}`, values: '1000x30 400x30' },
        { ...updated, series: `tencent_live_room_online_members_updated_timestamp_seconds${labels}` },
      ]),
      alert_rule_test: [
        {
          eval_time: '33m',
          alertname: 'TencentLivePlatformAudienceDrop',
          exp_alerts: [
            {
              exp_labels: { severity: 'critical', scope: 'platform', job: 'tencent-live', sdk_app_id: '14' },
              exp_annotations: {
                summary: 'The audience of app 14 dropped to 40% of what it was.',
                description:
                  '3 of 3 rooms of app 14 lost their audience within minutes; together the rooms have 40% of their former members. Rooms that ended are not counted.',
                runbook_url: runbook('TencentLivePlatformAudienceDrop'),
                dashboard_url: `${defaultLinks.grafana}/d/tencent-live-overview?var-sdk_app_id=14`,
              },
            },
          ],
        },
      ],
    });
    expect(output).toContain('SUCCESS');
  });

  it('tell for how long a collection has not succeeded', () => {
    const labels = '{job="tencent-live", sdk_app_id="14", task="room_list"}';
    const output = promtool({
      interval: '1m',
      input_series: [
        { series: `tencent_live_exporter_last_collection_success_timestamp_seconds${labels}`, values: '0x60' },
        { series: `tencent_live_exporter_collection_interval_seconds${labels}`, values: '15x60' },
      ],
      alert_rule_test: [
        {
          eval_time: '10m',
          alertname: 'TencentLiveCollectionStale',
          exp_alerts: [
            {
              exp_labels: {
                severity: 'critical',
                scope: 'app',
                job: 'tencent-live',
                sdk_app_id: '14',
                task: 'room_list',
              },
              exp_annotations: {
                summary: 'room_list of app 14 has not succeeded for 10m 0s.',
                description:
                  'The last collection of room_list of app 14 that succeeded ended 10m 0s ago, more than 5 minutes and 3 intervals of its schedule. Its values are gone or about to go.',
                runbook_url: runbook('TencentLiveCollectionStale'),
                dashboard_url: `${defaultLinks.grafana}/d/tencent-live-exporter?var-sdk_app_id=14`,
              },
            },
          ],
        },
      ],
    });
    expect(output).toContain('SUCCESS');
  });
});
