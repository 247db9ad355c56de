import { type ReceivedRequest, startSimulator } from '../../src/simulator/simulator.ts';
import { createCertificate } from '../../test/support/certificates.ts';
import { FirstCalls, type FirstCallsReport } from './first-calls.ts';

/** What the server sends when it listens. */
export interface Ready {
  readonly origin: string;
  readonly certificate: string;
  readonly app: { readonly sdkAppId: number; readonly secretKey: string; readonly identifier: string };
  /** The largest audience first. */
  readonly roomIds: readonly string[];
}

/** What the server sends for each message. */
export interface Report {
  readonly commands: Readonly<Record<string, FirstCallsReport>>;
  /** When the last page of each listing was requested, if another one has started since; Unix milliseconds. */
  readonly listingEndsMs: readonly number[];
  /** When each room that was asked for was called first; Unix milliseconds. */
  readonly firstCallMs: Readonly<Record<string, number | undefined>>;
  readonly cpuSeconds: number;
}

/** Commands of the default tasks that are called for each room. */
const roomCommands = ['get_online_member_num', 'get_room_info', 'get_member_list'] as const;

/** Runs a simulator in this process, over HTTPS as in production, and notes the first call for each room. */
async function serve(rooms: number): Promise<void> {
  const tls = await createCertificate('simulator');
  const calls = new Map<string, FirstCalls>();
  const listingEndsMs: number[] = [];
  let lastPageMs = 0;
  const onRequest = ({ command, body }: ReceivedRequest) => {
    const nowMs = Date.now();
    const { RoomId, GroupId, Next } = JSON.parse(body) as Readonly<Record<string, string | undefined>>;
    calls.get(command ?? '')?.called(RoomId ?? GroupId ?? '', nowMs);
    if (command !== 'get_room_list') return;
    if (Next === '' && lastPageMs > 0) listingEndsMs.push(lastPageMs);
    lastPageMs = nowMs;
  };
  const simulator = await startSimulator({ rooms, seed: 1, tls, onRequest });
  const live = () =>
    simulator
      .truth(simulator.apps[0]?.sdkAppId ?? 0)
      .filter((room) => room.state === 'live' && room.kind === 'live' && room.listed);
  const audiences = live()
    .map(({ roomId, audience }) => ({ roomId, audience }))
    .toSorted((a, b) => b.audience - a.audience);
  for (const command of roomCommands) calls.set(command, new FirstCalls(audiences));
  process.on('message', ({ startedMs, isOver = false, rooms: asked = [], inject }: Request) => {
    if (inject !== undefined) simulator.inject(inject as Parameters<typeof simulator.inject>[0]);
    // Rooms that have ended before their first call are not waited for.
    if (isOver) {
      const now = new Set(live().map(({ roomId }) => roomId));
      for (const call of calls.values()) call.keepOnly(now);
    }
    const { user, system } = process.cpuUsage();
    const report: Report = {
      commands: Object.fromEntries([...calls].map(([command, call]) => [command, call.report(startedMs)])),
      listingEndsMs,
      firstCallMs: Object.fromEntries(asked.map((id) => [id, calls.get(roomCommands[0])?.firstMs(id)])),
      cpuSeconds: (user + system) / 1e6,
    };
    process.send?.(report);
  });
  process.on('disconnect', () => void simulator.stop());
  const ready = { origin: simulator.origin, certificate: tls.cert, app: simulator.apps[0] };
  process.send?.({ ...ready, roomIds: audiences.map(({ roomId }) => roomId) });
}

export interface Request {
  /** When the daemon was started, in Unix milliseconds. */
  readonly startedMs: number;
  /** Whether rooms that have ended are left out from now on. */
  readonly isOver?: boolean;
  readonly rooms?: readonly string[];
  /** An incident that begins now. */
  readonly inject?: object;
}

await serve(Number(process.argv[2]));
