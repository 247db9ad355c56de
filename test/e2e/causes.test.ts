import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../support/free-port.ts';
import { messagesAbout } from './notifications.ts';
import { describeWithServers } from './describe-with-servers.ts';
import { fastTimeLapse, type Stack, startStack } from './stack.ts';
import { secondsPerMinute, worldClock } from './time-scale.ts';
import { until } from './until.ts';

/** For everything, the start included. */
const allowedMs = 120_000;

/** SDKAppIDs, by why 60 % of the members of the room go. */
const apps = {
  leave: 1_400_000_001,
  disconnect: 1_400_000_002,
  kicked: 1_400_000_003,
  mixed: 1_400_000_004,
  /** For lost connections, but without webhooks. */
  unknown: 1_400_000_005,
} as const;
type Scenario = keyof typeof apps;
const scenarios = Object.keys(apps) as readonly Scenario[];

const stage = 'main stage';

/** The minutes that the text reads before a drop: the 15 that end 2 minutes before it, and one for the first sample. */
const countedMinutes = 18;

describeWithServers('The cause of a drop, from webhooks to the text that Alertmanager sends', () => {
  const stops: (() => Promise<void>)[] = [];
  const descriptions = new Map<Scenario, string>();
  /** Members who went in the drop itself, by cause. */
  const gone = new Map<Scenario, Readonly<Record<string, number>>>();

  beforeAll(async () => {
    const deadlineMs = performance.now() + allowedMs;
    const port = await freePort();
    const simulator = await startWorld(`http://127.0.0.1:${String(port)}/webhooks`);
    stops.push(() => simulator.stop());
    const stack = await startStack({
      simulator,
      deadlineMs,
      sections: { webhooks: { listen_address: `127.0.0.1:${String(port)}` } },
      // As 10 s in real minutes: an increase over three minutes needs many samples.
      timeLapse: { ...fastTimeLapse, scrapeSeconds: 0.25 },
      onStarted: (stop) => stops.push(stop),
    });
    await waitForHistory(stack, deadlineMs);
    for (const scenario of scenarios) gone.set(scenario, await drop(simulator, { scenario, deadlineMs }));
    await until({
      what: 'a notification about each app',
      deadlineMs,
      find: () => scenarios.filter((scenario) => messagesAbout(apps[scenario], stack.notifications()).length > 0),
      isEnough: ({ length }) => length === scenarios.length,
    });
    for (const scenario of scenarios) {
      const [message] = messagesAbout(apps[scenario], stack.notifications());
      descriptions.set(scenario, message?.alerts.map(({ annotations }) => annotations['description']).join('\n') ?? '');
    }
  }, allowedMs + 15_000);

  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  it.each([
    ['leave', 'left', 'Look at the stream and the show first.'],
    ['disconnect', 'lost the connection', 'Look at the network or the CDN first.'],
    ['kicked', 'were kicked', 'Look at moderation first.'],
  ] as const)('If all members %s, the text says that nearly all %s', (scenario, cause, advice) => {
    const { shares, text } = partsOf(descriptions.get(scenario));
    expect(shares[0]).toEqual([cause, expect.any(Number)]);
    expect(shares[0]?.[1]).toBeGreaterThanOrEqual(90);
    expect(text).toMatch(new RegExp(`${advice}$`));
  });

  it('If members go for several reasons, the text has the share of each', () => {
    const { shares } = partsOf(descriptions.get('mixed'));
    const { leave = 0, disconnect = 0, kicked = 0 } = gone.get('mixed') ?? {};
    const all = leave + disconnect + kicked;
    expect(shares).toEqual([
      ['lost the connection', near(100 * (disconnect / all), 5)],
      ['left', near(100 * (leave / all), 5)],
      ['were kicked', near(100 * (kicked / all), 5)],
    ]);
  });

  it.each(['leave', 'disconnect', 'kicked', 'mixed'] as const)(
    'The text has the number of members who went beyond the usual: %s',
    (scenario) => {
      const all = Object.values(gone.get(scenario) ?? {}).reduce((sum, count) => sum + count, 0);
      expect(partsOf(descriptions.get(scenario)).members).toEqual(near(all, 0.2 * all));
    },
  );

  it('Without webhooks, the text says nothing about causes', () => {
    expect(descriptions.get('unknown')).toMatch(/its baseline\.$/);
  });
});

/** A number that differs by at most `most`. */
function near(expected: number, most: number): unknown {
  return {
    asymmetricMatch: (found: unknown) => typeof found === 'number' && Math.abs(found - expected) <= most,
    toString: () => `${expected.toFixed(1)} ± ${String(most)}`,
  };
}

function partsOf(description = ''): {
  readonly text: string;
  readonly members: number;
  /** In per cent, in the order of the text. */
  readonly shares: readonly (readonly [cause: string, percent: number])[];
} {
  const [, members, list = '', text = ''] =
    /its baseline\. (\d+) members more than usual went within 5 minutes: (.*?)\.( .*)$/.exec(description) ?? [];
  const shares = list.split(', ').map((part): readonly [string, number] => {
    const [, percent, cause = ''] = /^(\d+) % (.*)$/.exec(part) ?? [];
    return [cause, Number(percent)];
  });
  return { text, members: Number(members), shares };
}

/** One room for each app, whose audience changes only by the drop. */
async function startWorld(url: string): Promise<Simulator> {
  const simulator = await startSimulator({
    rooms: 0,
    seed: 1,
    now: worldClock().now,
    apps: scenarios.map((scenario) => ({
      sdkAppId: apps[scenario],
      identifier: 'administrator',
      secretKey: 'k'.repeat(64),
      // Few go at any time, so that the drop stands out.
      staySeconds: 14_400,
      ...(scenario === 'unknown' ? {} : { webhooks: { url } }),
    })),
  });
  const createTimeSeconds = Math.floor(Date.now() / 1000) - 7200;
  for (const sdkAppId of Object.values(apps)) {
    simulator.worldOf(sdkAppId).addRoom(stage, { audience: 5000, createTimeSeconds });
  }
  return simulator;
}

/** Waits until the rules know what is usual: the audiences, and how many members go. */
async function waitForHistory(stack: Stack, deadlineMs: number): Promise<void> {
  await until({
    what: 'a baseline of each room',
    deadlineMs,
    find: () => stack.query('tencent_live_room_audience_baseline'),
    isEnough: ({ length }) => length === scenarios.length,
  });
  const range = `${String(countedMinutes * secondsPerMinute * 1000)}ms`;
  await until({
    what: `${String(countedMinutes)} minutes of leaves of each app with webhooks`,
    deadlineMs,
    find: () => stack.query(`tencent_live_room_leaves_total{cause="leave"} offset ${range}`),
    isEnough: ({ length }) => length === scenarios.length - 1,
  });
}

/** Lets 60 % of the members go at once; resolves with how many went for which cause. */
async function drop(
  simulator: Simulator,
  { scenario, deadlineMs }: { readonly scenario: Scenario; readonly deadlineMs: number },
): Promise<Readonly<Record<string, number>>> {
  const app = apps[scenario];
  const leaves = (): Readonly<Record<string, number>> => ({ ...simulator.truth(app)[0]?.movements?.leaves });
  const before = leaves();
  const went = () =>
    Object.fromEntries(Object.entries(leaves()).map(([name, count]) => [name, count - (before[name] ?? 0)]));
  const cause = scenario === 'unknown' ? 'disconnect' : scenario;
  simulator.inject({ kind: 'audience', app, rooms: [stage], factor: 0.4, over: '1ms', cause });
  if (scenario === 'unknown') return {};
  return until({
    what: 'the drop',
    deadlineMs,
    find: (): Readonly<Record<string, number>> => went(),
    isEnough: (found) => Object.values(found).reduce((sum, count) => sum + count, 0) >= 3000,
  });
}
