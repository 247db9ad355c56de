import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GroundTruthRoom, Simulator } from '../../src/simulator/simulator.ts';

interface CountersOfTruth {
  /** `host:port`. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/** Exposes what webhooks would count, from the truth of a simulator: an exporter that receives every webhook. */
export async function exposeTruth(simulator: Simulator): Promise<CountersOfTruth> {
  const server = createServer((_request, response) => {
    const lines = simulator.apps.flatMap(({ sdkAppId }) =>
      simulator.truth(sdkAppId).flatMap((room) => countersOf(room, sdkAppId)),
    );
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(`${lines.join('\n')}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${String(port)}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function countersOf({ roomId, movements }: GroundTruthRoom, sdkAppId: number): readonly string[] {
  if (movements === undefined) return [];
  const room = `sdk_app_id="${String(sdkAppId)}",room_id="${roomId}"`;
  const leaves = Object.entries({ ...movements.leaves, other: 0 });
  return [
    `tencent_live_room_enters_total{${room}} ${String(movements.enters)}`,
    `tencent_live_room_reconnects_total{${room}} ${String(movements.reconnects)}`,
    ...leaves.map(([cause, count]) => `tencent_live_room_leaves_total{${room},cause="${cause}"} ${String(count)}`),
  ];
}
