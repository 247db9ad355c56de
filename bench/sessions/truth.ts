import type { Session } from '../../src/rooms/session.ts';
import type { World } from '../../src/simulator/simulator.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the simulator knows of a session. */
export interface SessionTruth {
  readonly durationSeconds: number;
  readonly viewerSeconds: number;
  /** The part of it in the spans in which the exporter has observed the room. */
  readonly observedViewerSeconds: number;
  readonly peak: number;
  readonly meanStaySeconds: number;
}

/** The true audience is read once a second. */
export function truthOf(world: World, session: Session, spans: readonly Span[]): SessionTruth | undefined {
  const { roomId, createdAtSeconds } = session;
  // A moment after the creation, in which the room exists for sure.
  const broadcast = createdAtSeconds === undefined ? undefined : world.find(roomId, (createdAtSeconds + 2) * 1000);
  if (broadcast === undefined) return undefined;
  const { startMs, endMs } = broadcast;
  const viewerSecondsIn = ({ fromMs, toMs }: Span) => {
    let sum = 0;
    for (let ms = Math.max(fromMs, startMs) + 500; ms < Math.min(toMs, endMs); ms += 1000)
      sum += broadcast.audienceAt(ms);
    return sum;
  };
  let peak = 0;
  for (let ms = startMs; ms < endMs; ms += 1000) peak = Math.max(peak, broadcast.audienceAt(ms));
  const viewerSeconds = viewerSecondsIn({ fromMs: startMs, toMs: endMs });
  return {
    durationSeconds: (endMs - startMs) / 1000,
    viewerSeconds,
    observedViewerSeconds: spans.reduce((sum, span) => sum + viewerSecondsIn(span), 0),
    peak,
    meanStaySeconds: viewerSeconds / broadcast.viewsAt(endMs - 1),
  };
}
