import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServers } from './programs.ts';
import { startStack } from './stack.ts';
import { apps, endedStages, mainStage, otherStages, playStory, startWorld } from './story.ts';
import { alertsByApp, alertTexts, groupsTold, messagesOf } from './told.ts';
import type { Notification } from './webhook.ts';

/** For the whole story, its start included. */
const allowedMs = 75_000;

const job = 'tencent-live';
const tasks = ['online_members', 'room_info', 'room_list'];
const staleTasks = tasks.map((task) => `TencentLiveCollectionStale ${task}`);
const dropOf = (room: string) => `TencentLiveRoomAudienceDrop ${room}`;

describeWithServers('alerts, from the API over exporter, Prometheus and Alertmanager to a webhook', () => {
  const stops: (() => Promise<void>)[] = [];
  let told: readonly Notification[] = [];
  let fired: Readonly<Record<string, readonly string[]>> = {};
  let ended: readonly string[] = [];

  beforeAll(async () => {
    const deadlineMs = performance.now() + allowedMs;
    const simulator = await startWorld();
    stops.push(() => simulator.stop());
    const stack = await startStack({ simulator, deadlineMs, onStarted: (stop) => stops.push(stop) });
    await playStory({ simulator, stack, deadlineMs });
    told = stack.notifications();
    fired = alertsByApp(await stack.seriesEver('ALERTS{alertstate="firing"}'));
    const ends = await stack.query(`tencent_live_room_ended_timestamp_seconds`);
    ended = ends.map(({ sdk_app_id = '', room_id = '' }) => `${sdk_app_id} ${room_id}`).toSorted();
  }, allowedMs + 15_000);

  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  it('tells each fault in the group of its app, tells of its end, and tells nothing else', () => {
    const group = (name: keyof typeof apps) => ({ job, sdk_app_id: String(apps[name]) });
    const staleGroup = (name: keyof typeof apps) => ({ alertname: 'TencentLiveCollectionStale', ...group(name) });
    expect(groupsTold(told)).toEqual([
      { group: group('drop'), alerts: [dropOf(mainStage)], isOver: true },
      { group: group('platform'), alerts: ['TencentLivePlatformAudienceDrop'], isOver: true },
      { group: staleGroup('outage'), alerts: staleTasks, isOver: true },
      { group: staleGroup('unlisted'), alerts: ['TencentLiveCollectionStale room_list'], isOver: true },
    ]);
  });

  it('holds back the drops of rooms that a platform drop or a stale collection explains, though they fire', () => {
    expect(fired).toEqual({
      [apps.drop]: [dropOf(mainStage)],
      [apps.platform]: ['TencentLivePlatformAudienceDrop', ...[...otherStages, mainStage].map(dropOf)],
      [apps.outage]: staleTasks,
      [apps.unlisted]: ['TencentLiveCollectionStale room_list', dropOf(mainStage)],
    });
  });

  it('raises nothing for rooms that end, though half of an app’s rooms do', () => {
    expect(ended).toEqual(endedStages.map((room) => `${String(apps.ends)} ${room}`));
  });

  it('tells of a drop in one message that an operator can act on, and of its end in another', () => {
    const messages = messagesOf(told, apps.drop);
    expect(messages.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(messages[0]?.alerts.map(({ annotations }) => annotations)).toEqual([
      {
        summary: `The audience of room ${mainStage} (Friday on ${mainStage}) dropped to 400 members.`,
        description:
          `Room ${mainStage} of app ${String(apps.drop)} has 400 members online (mean of 3 minutes) where it had 1000; ` +
          "the alert's threshold is 600. The room has not ended.",
        runbook_url:
          'https://github.com/tencent-live-exporter/tencent-live-exporter/blob/main/docs/runbooks/TencentLiveRoomAudienceDrop.md',
        dashboard_url: `http://localhost:3000/d/tencent-live-room?var-sdk_app_id=${String(apps.drop)}&var-room_id=${encodeURIComponent(mainStage).replaceAll('%20', '+')}`,
      },
    ]);
  });

  it('tells of a whole outage in one message', () => {
    const firing = messagesOf(told, apps.outage).map(({ alerts }) =>
      alertTexts(alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels)),
    );
    expect(firing).toContainEqual(staleTasks);
  });
});
