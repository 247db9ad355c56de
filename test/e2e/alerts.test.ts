import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers } from './describe-with-servers.ts';
import { alertsByApp, alertText, messagesAbout, notifiedByApp } from './notifications.ts';
import { playScenario } from './scenario.ts';
import { startStack } from './stack.ts';
import type { Notification } from './webhook.ts';
import { apps, endedStages, mainStage, stages, startWorld } from './world.ts';

/** For the whole scenario, its start included. On a busy machine, a restart of the exporter may be an alert of its own, which has no app. */
const allowedMs = 100_000;

const staleTasks = ['online_members', 'room_info', 'room_list'].map(
  (task) => `TencentLiveCollectionStale critical ${task}`,
);
const drop = (severity: string, room: string = mainStage) => `TencentLiveRoomAudienceDrop ${severity} ${room}`;
const platformDrop = 'TencentLivePlatformAudienceDrop critical';
const allEnded = 'TencentLivePlatformRoomsEnded critical';

describeWithServers('Alerts, from the API through exporter, Prometheus and Alertmanager to a webhook', () => {
  const stops: (() => Promise<void>)[] = [];
  let notifications: readonly Notification[] = [];
  let fired: Readonly<Record<string, readonly string[]>> = {};
  let ended: readonly string[] = [];

  beforeAll(async () => {
    const deadlineMs = performance.now() + allowedMs;
    const simulator = await startWorld();
    stops.push(() => simulator.stop());
    const stack = await startStack({ simulator, deadlineMs, onStarted: (stop) => stops.push(stop) });
    await playScenario({ simulator, stack, deadlineMs });
    notifications = stack.notifications();
    fired = alertsByApp(await stack.allSeries('ALERTS{alertstate="firing"}'));
    const ends = await stack.query('tencent_live_room_ended_timestamp_seconds');
    ended = ends.map(({ sdk_app_id = '', room_id = '' }) => `${sdk_app_id} ${room_id}`);
  }, allowedMs + 15_000);

  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  it('Operators are notified of each incident by its severity, and of nothing else, although the exporter restarts', () => {
    const { none: _, ...ofApps } = notifiedByApp(notifications);
    expect(Object.fromEntries(Object.entries(ofApps).map(([app, { alerts }]) => [app, alerts]))).toEqual({
      [apps.drop]: [drop('warning')],
      [apps.large]: [drop('critical')],
      [apps.lost]: [drop('warning')],
      [apps.platform]: [platformDrop],
      [apps.empty]: [platformDrop],
      // Until the ends are proved, which takes longer on a busy machine, its calls fail.
      [apps.destroyed]: expect.arrayContaining([allEnded]),
      [apps.gap]: [platformDrop],
      [apps.outage]: staleTasks,
      [apps.unlisted]: ['TencentLiveCollectionStale critical room_list', drop('warning')],
    });
  });

  it('Alerts on rooms fire but are inhibited while an alert on their app explains them', () => {
    const { none: _, ...ofApps } = fired;
    expect(ofApps).toEqual({
      [apps.drop]: [drop('warning')],
      [apps.large]: [drop('critical')],
      [apps.lost]: [drop('warning')],
      [apps.platform]: [platformDrop, ...stages.map((room) => drop('warning', room)).toSorted()],
      [apps.empty]: [platformDrop, ...stages.map((room) => `TencentLiveRoomZeroAudience warning ${room}`).toSorted()],
      // Until the ends are proved, which takes longer on a busy machine, its calls fail.
      [apps.destroyed]: expect.arrayContaining([allEnded]),
      // Nobody saw how fast they left, so the severity of the rooms depends on how long they have been known.
      [apps.gap]: expect.arrayContaining([platformDrop]),
      [apps.outage]: staleTasks,
      [apps.unlisted]: ['TencentLiveCollectionStale critical room_list', drop('warning')],
    });
  });

  it('Half of the rooms of an app end, and so does a show whose viewers left before: neither raises an alert', () => {
    expect(ended).toEqual(expect.arrayContaining(endedStages.map((room) => `${String(apps.ends)} ${room}`)));
    expect(ended).toContain(`${String(apps.show)} ${mainStage}`);
  });

  it.each([
    ['drop', '1000 → 400 members (−60 %) since 00:00 UTC', '1000 members, recovered (1000 members before 00:00 UTC)'],
    [
      'large',
      '20000 → 4000 members (−80 %) since 00:00 UTC',
      '20000 members, recovered (20000 members before 00:00 UTC)',
    ],
    // In this fast motion, the proof of its end can come later than the last text.
    [
      'lost',
      '1000 → 400 members (−60 %) since 00:00 UTC',
      '(the room ended|no fresh count) (1000 members before 00:00 UTC)',
    ],
  ] as const)(
    'A room in the app "%s" has one message that it dropped, and one that says how that ended',
    (app, firing, resolved) => {
      const room = `Room ${mainStage} (Friday on ${mainStage}): `;
      expect(summariesAbout(apps[app])).toEqual([
        ['firing', `${room}${firing}`],
        ['resolved', expect.stringMatching(new RegExp(`^Room .*: ${escaped(resolved)}$`))],
      ]);
    },
  );

  it.each([
    ['platform', '5000 → 2000 members (−60 %), most rooms, since 00:00 UTC'],
    ['empty', '5000 → 0 members (−100 %), most rooms, since 00:00 UTC'],
    ['gap', '5000 → 1650 members (−67 %), most rooms, since 00:00 UTC'],
  ] as const)('The app "%s" has one message that its rooms dropped, and one that they recovered', (app, firing) => {
    expect(summariesAbout(apps[app])).toEqual([
      ['firing', `App ${String(apps[app])}: ${firing}`],
      ['resolved', expect.stringMatching(/: recovered, its rooms are at 100% of their baseline/)],
    ]);
  });

  it('A message has a link to its runbook, and to a dashboard only if there is one', () => {
    const [message] = messagesAbout(apps.drop, notifications);
    const { runbook_url, dashboard_url = '' } = message?.alerts[0]?.annotations ?? {};
    expect([runbook_url, dashboard_url]).toEqual([
      'https://github.com/tencent-live-exporter/tencent-live-exporter/blob/main/docs/runbooks/TencentLiveRoomAudienceDrop.md',
      '',
    ]);
  });

  it('An outage of the API is one group of messages for all tasks', () => {
    const messages = messagesAbout(apps.outage, notifications);
    expect(new Set(messages.map(({ groupLabels }) => JSON.stringify(groupLabels))).size).toBe(1);
    expect(new Set(messages.flatMap(({ alerts }) => alerts.map(({ labels }) => alertText(labels))))).toEqual(
      new Set(staleTasks),
    );
  });

  /** Status and summary of each alert in the messages, with midnight for all times. One room may be judged a scrape later. */
  function summariesAbout(app: number): readonly (readonly [status: string, summary: string])[] {
    return messagesAbout(app, notifications).flatMap(({ alerts }) =>
      alerts.map(
        ({ status, annotations }) =>
          [
            status,
            (annotations['summary'] ?? '').replaceAll(/\d\d:\d\d UTC/g, '00:00 UTC').replace(/\b[345] of 5\b/, 'most'),
          ] as const,
      ),
    );
  }
});

function escaped(text: string): string {
  return text.replaceAll(/\((?=1000|20000)|(?<=UTC)\)/g, '\\$&');
}
