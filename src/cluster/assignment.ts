interface AssignableApp {
  readonly sdkAppId: number;
  /** Its rooms. */
  readonly weight: number;
  /** The replica that polls it and lives; undefined if there is none. */
  readonly owner: string | undefined;
}

/** Loads that differ by less than this part of the average stay as they are, since each move costs something. */
const tolerance = 0.2;

/**
 * Which replica should own which app: the loads are about equal, and as few apps as possible move. All replicas decide the same,
 * because they see the same table. Apps without an owner go to the replica with the least load, the largest first; then apps move
 * from the replica with the most load to the one with the least, as few and therefore as large ones as possible.
 */
export function assignApps(replicas: readonly string[], apps: readonly AssignableApp[]): ReadonlyMap<number, string> {
  const owners = new Map<number, string>();
  const loads = replicas.toSorted().map((replica) => ({ replica, load: 0, apps: [] as AssignableApp[] }));
  if (loads.length === 0) return owners;
  const sorted = apps.toSorted((a, b) => weightOf(b) - weightOf(a) || a.sdkAppId - b.sdkAppId);
  const free: AssignableApp[] = [];
  for (const app of sorted) {
    const owner = loads.find(({ replica }) => replica === app.owner);
    if (owner === undefined) free.push(app);
    else add(owner, app);
  }
  for (const app of free) add(least(loads), app);
  const average = loads.reduce((sum, { load }) => sum + load, 0) / loads.length;
  for (;;) {
    const to = least(loads);
    const from = loads.reduce((most, entry) => (entry.load > most.load ? entry : most));
    const gap = from.load - to.load;
    if (gap <= tolerance * average) break;
    // The largest one that does not just turn the difference round; they are sorted.
    const moved = from.apps.find((app) => weightOf(app) <= gap / 2) ?? from.apps.findLast((app) => weightOf(app) < gap);
    if (moved === undefined) break;
    from.apps.splice(from.apps.indexOf(moved), 1);
    from.load -= weightOf(moved);
    add(to, moved);
    to.apps.sort((a, b) => weightOf(b) - weightOf(a) || a.sdkAppId - b.sdkAppId);
  }
  for (const { replica, apps: owned } of loads) for (const { sdkAppId } of owned) owners.set(sdkAppId, replica);
  return owners;
}

interface Load {
  readonly replica: string;
  load: number;
  readonly apps: AssignableApp[];
}

function add(to: Load, app: AssignableApp): void {
  to.apps.push(app);
  to.load += weightOf(app);
}

function least(loads: readonly Load[]): Load {
  return loads.reduce((smallest, entry) => (entry.load < smallest.load ? entry : smallest));
}

/** An app costs something even without rooms. */
function weightOf({ weight }: AssignableApp): number {
  return weight + 10;
}
