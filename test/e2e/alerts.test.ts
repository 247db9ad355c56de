import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { alertsByApp, alertTexts, messagesAbout, notifiedGroups } from './notifications.ts';
import { describeWithServers } from './programs.ts';
import { apps, endedStages, mainStage, otherStages, playScenario, startWorld } from './scenario.ts';
import { startStack } from './stack.ts';
import type { Notification } from './webhook.ts';

/** For the whole scenario, its start included. */
const allowedMs = 75_000;

const job = 'tencent-live';
const tasks = ['online_members', 'room_info', 'room_list'];
const staleTasks = tasks.map((task) => `TencentLiveCollectionStale ${task}`);
const dropOf = (room: string) => `TencentLiveRoomAudienceDrop ${room}`;

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
    const ends = await stack.query(`tencent_live_room_ended_timestamp_seconds`);
    ended = ends.map(({ sdk_app_id = '', room_id = '' }) => `${sdk_app_id} ${room_id}`).toSorted();
  }, allowedMs + 15_000);

  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  it('Operators are notified of each incident and of its end, grouped by app, and of nothing else', () => {
    const group = (name: keyof typeof apps) => ({ job, sdk_app_id: String(apps[name]) });
    const staleGroup = (name: keyof typeof apps) => ({ alertname: 'TencentLiveCollectionStale', ...group(name) });
    expect(notifiedGroups(notifications)).toEqual([
      { group: group('drop'), alerts: [dropOf(mainStage)], isResolved: true },
      { group: group('platform'), alerts: ['TencentLivePlatformAudienceDrop'], isResolved: true },
      { group: staleGroup('outage'), alerts: staleTasks, isResolved: true },
      { group: staleGroup('unlisted'), alerts: ['TencentLiveCollectionStale room_list'], isResolved: true },
    ]);
  });

  it('Room alerts fire but are inhibited while a platform drop or a stale collection explains them', () => {
    expect(fired).toEqual({
      [apps.drop]: [dropOf(mainStage)],
      [apps.platform]: ['TencentLivePlatformAudienceDrop', ...[...otherStages, mainStage].map(dropOf)],
      [apps.outage]: staleTasks,
      [apps.unlisted]: ['TencentLiveCollectionStale room_list', dropOf(mainStage)],
    });
  });

  it('Rooms that end raise no alert, even if half of an app’s rooms end at once', () => {
    expect(ended).toEqual(endedStages.map((room) => `${String(apps.ends)} ${room}`));
  });

  it('A drop is notified in one message with all that an operator needs, and its end in another', () => {
    const messages = messagesAbout(apps.drop, notifications);
    expect(messages.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(messages[0]?.alerts.map(({ annotations }) => annotations)).toEqual([
      {
        summary: `The audience of room ${mainStage} (Friday on ${mainStage}) dropped to 400 members.`,
        description:
          `Room ${mainStage} of app ${String(apps.drop)} has 400 members online (mean of 3 minutes). ` +
          'Its baseline is 1000 and the threshold of the alert 600. The room has not ended.',
        runbook_url:
          'https://github.com/tencent-live-exporter/tencent-live-exporter/blob/main/docs/runbooks/TencentLiveRoomAudienceDrop.md',
        dashboard_url: `http://localhost:3000/d/tencent-live-room?var-sdk_app_id=${String(apps.drop)}&var-room_id=${encodeURIComponent(mainStage).replaceAll('%20', '+')}`,
      },
    ]);
  });

  it('An outage of the API is notified in one message for all tasks', () => {
    const firing = messagesAbout(apps.outage, notifications).map(({ alerts }) =>
      alertTexts(alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels)),
    );
    expect(firing).toContainEqual(staleTasks);
  });
});
