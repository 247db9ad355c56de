import { type SimulatedApp, startSimulator } from '../../src/simulator/simulator.ts';

/** Options of the polled server, as JSON in its first argument. */
export interface ServerOptions {
  readonly rooms: number;
  readonly latencyMs: number;
  readonly apps: readonly SimulatedApp[];
  /** Responds with a transient error to this share of the calls, so that they are retried. */
  readonly errorRate: number;
}

/** The most calls of each command that arrived within any one second, by SDKAppID. */
export type Peaks = Readonly<Record<string, Readonly<Record<string, number>>>>;

const commands = [
  'get_room_list',
  'get_room_info',
  'get_online_member_num',
  'get_member_list',
  'get_members',
  'get_room_stats',
];

/** Serves a world that does not change in a process of its own, so that it does not share the event loop of polling. */
async function serve({ rooms, latencyMs, apps, errorRate }: ServerOptions): Promise<void> {
  const startedMs = Date.now();
  const simulator = await startSimulator({ rooms, seed: 1, latencyMs, apps, now: () => startedMs });
  if (errorRate > 0) simulator.inject({ kind: 'error', code: 60008, rate: errorRate });
  process.on('message', () => {
    const peaks: Peaks = Object.fromEntries(
      apps.map(({ sdkAppId }) => [
        sdkAppId,
        Object.fromEntries(commands.map((command) => [command, simulator.peakCallsPerSecond(sdkAppId, command)])),
      ]),
    );
    process.send?.(peaks);
  });
  process.on('disconnect', () => void simulator.stop());
  const liveRooms = simulator.truth(apps[0]?.sdkAppId ?? 0).filter((room) => room.state === 'live');
  process.send?.({ origin: simulator.origin, roomIds: liveRooms.map((room) => room.roomId) });
}

await serve(JSON.parse(process.argv[2] ?? '') as ServerOptions);
