import { startSimulator } from '../../src/simulator/simulator.ts';
import { createCertificate } from '../../test/support/certificates.ts';

/** The resource usage of the server process. */
export interface ServerUsage {
  /** CPU time since its start, in seconds. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Runs a simulator in this process, and replies to each message of the parent process with the resource usage. */
async function serve(rooms: number, https: boolean): Promise<void> {
  const tls = https ? await createCertificate('simulator') : undefined;
  const simulator = await startSimulator({ rooms, seed: 1, ...(tls === undefined ? {} : { tls }) });
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
  process.send?.({ origin: simulator.origin, certificate: tls?.cert, app: simulator.apps[0], roomIds });
}

await serve(Number(process.argv[2]), process.argv[3] === 'https');
