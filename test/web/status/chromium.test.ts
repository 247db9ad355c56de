import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from '@jest/globals';
import { renderStatusPage } from '../../../src/web/status/status-page.ts';
import { requireProgram } from '../../support/require-program.ts';
import { appWith, hostileRooms, startMs } from '../../support/sample-rooms.ts';
import { startTestServer, type TestServer } from '../../support/web-server.ts';

let server: TestServer | undefined;
afterEach(async () => server?.stop());

const chromium = async (url: string) =>
  promisify(execFile)('chromium', [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${mkdtempSync(join(tmpdir(), 'chromium-'))}`,
    '--enable-logging=stderr',
    '--dump-dom',
    url,
  ]);

requireProgram({ program: 'chromium', from: 'chromium' }, 'The status page in Chromium', () => {
  it('The status page complies with its content security policy and displays hostile names as text', async () => {
    const hostile = '"><script>document.title = "taken over"</script><img src=x onerror=alert(1)>';
    const rooms = [
      ...hostileRooms,
      { id: hostile, latest: { room_list: { atMs: 0, value: { roomId: hostile, roomName: hostile } } } },
    ];
    const page = renderStatusPage({
      version: '1.2.3',
      nowMs: startMs,
      telemetryPath: '/metrics',
      readiness: undefined,
      apps: [appWith({ name: hostile })],
      nextTriggerAtMs: () => undefined,
      history: { lastCollection: () => undefined, callsPerSecond: () => 0, failures: () => [] },
      largestRooms: rooms.map((room) => ({ sdkAppId: 1, room })),
    });
    server = await startTestServer({ statusPage: () => page });
    const { stdout, stderr } = await chromium(`http://127.0.0.1:${server.port}/`);
    expect(stdout).toContain('<title>Tencent live exporter</title>');
    expect(stdout.match(/<bdi /g)).toHaveLength(2 * rooms.length);
    expect(stdout).not.toMatch(/<script|<img/);
    // Chromium reports violations of the policy on the console, for example if it blocks the style of the page.
    expect(stderr).not.toMatch(/Content Security Policy|Refused to/);
    expect(server.requests.filter(({ handler }) => handler !== '/' && handler !== 'other')).toEqual([]);
  }, 30_000);
});
