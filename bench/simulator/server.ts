import { startSimulator } from '../../src/simulator/simulator.ts';

/** What the measured process says of itself. */
export interface ServerUsage {
  /** CPU since its start, in seconds. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Serves a simulator in a process of its own; answers each message of its parent with its usage. */
async function serve(rooms: number, https: boolean): Promise<void> {
  const simulator = await startSimulator({ rooms, seed: 1, https });
  const roomIds = simulator.world
    .truth()
    .filter((room) => room.state === 'live')
    .map((room) => room.roomId);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    const usage: ServerUsage = { cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() };
    process.send?.(usage);
  });
  process.on('disconnect', () => void simulator.stop());
  const { origin, certificate } = simulator;
  process.send?.({ origin, certificate, app: simulator.apps[0], roomIds });
}

await serve(Number(process.argv[2]), process.argv[3] === 'https');
