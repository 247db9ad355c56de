import { describe, expect, it } from '@jest/globals';
import { landingStyle, renderLandingPage, type LandingStatus } from '../../src/web/landing-page.ts';
import { appWith, startMs } from '../exposition/room-samples.ts';

const status: LandingStatus = {
  version: '1.2.3',
  nowMs: startMs,
  telemetryPath: '/metrics',
  readiness: undefined,
  apps: [],
  lastCollection: () => undefined,
};

describe('renderLandingPage', () => {
  it('shows state, links, and of each app its rooms and tasks', () => {
    const page = renderLandingPage({
      ...status,
      apps: [
        appWith({
          name: 'main',
          knownRooms: 12,
          tasks: [
            { task: 'room_list', intervalSeconds: 15, available: true },
            { task: 'online_members', intervalSeconds: 10, available: true },
            { task: 'room_stats', intervalSeconds: 30, available: false },
          ],
        }),
        appWith({ sdkAppId: 2 }),
      ],
      lastCollection: ({ task }) =>
        ({
          room_list: {
            succeeded: true,
            finishedAtMs: startMs,
            durationSeconds: 2.25,
            lastSuccessAtMs: startMs - 12_400,
          },
          online_members: { succeeded: false, finishedAtMs: startMs, durationSeconds: 61.6 },
        })[task as string],
    });
    expect(page.replace(landingStyle, '')).toBe(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tencent live exporter</title>
<style></style>
</head>
<body>
<h1>Tencent live exporter</h1>
<p>Version 1.2.3. Ready.</p>
<p><a href="/metrics">Metrics</a> · <a href="/config">Configuration</a> ·
<a href="/-/healthy">Health</a> · <a href="/-/ready">Readiness</a></p>
<h2>App 1400000000: main</h2>
<p>Region singapore. Rooms: 12.</p>
<table>
<thead><tr><th>Task</th><th>Last success</th><th>Last duration</th><th>Every</th></tr></thead>
<tbody>
<tr><td>room_list</td><td>12 s ago</td><td>2.3 s</td><td>15 s</td></tr>
<tr><td>online_members</td><td>never</td><td>62 s</td><td>10 s</td></tr>
<tr><td>room_stats (the app&#39;s plan or region lacks it)</td><td>never</td><td>none yet</td><td>30 s</td></tr>
</tbody>
</table>
<h2>App 2</h2>
<p>Region singapore. No walk of the room list has succeeded yet.</p>
<table>
<thead><tr><th>Task</th><th>Last success</th><th>Last duration</th><th>Every</th></tr></thead>
<tbody>
</tbody>
</table>
</body>
</html>
`);
  });

  it('is safe for any text', () => {
    const hostile = `<script>alert('1')</script>"&`;
    const page = renderLandingPage({
      ...status,
      version: hostile,
      telemetryPath: `/${hostile}`,
      readiness: hostile,
      apps: [appWith({ name: hostile, region: hostile })],
    });
    const escaped = '&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;';
    expect([page.split(escaped).length - 1, page.includes('<script')]).toEqual([5, false]);
  });
});
