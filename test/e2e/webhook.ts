import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export type Labels = Readonly<Record<string, string>>;

/** What Alertmanager sends. Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export interface Notification {
  /** `resolved` if none of its alerts fires any longer. */
  readonly status: 'firing' | 'resolved';
  /** Unix milliseconds. */
  readonly receivedAtMs: number;
  readonly groupLabels: Labels;
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved';
    readonly labels: Labels;
    readonly annotations: Labels;
    /** When it began to fire. */
    readonly startsAt: string;
  }[];
}

export interface Webhook {
  readonly url: string;
  /** Everything received so far, oldest first. */
  readonly received: () => readonly Notification[];
  readonly stop: () => Promise<void>;
}

/** Starts the receiver of notifications, in place of an operator's pager. */
export async function startWebhook(): Promise<Webhook> {
  const received: Notification[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    received.push({ ...((await json(request)) as Omit<Notification, 'receivedAtMs'>), receivedAtMs: Date.now() });
    response.end();
  };
  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    received: () => received,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
