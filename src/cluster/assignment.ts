interface AssignableApp {
  readonly sdkAppId: number;
  /** Its rooms; undefined while they are not known. */
  readonly weight: number | undefined;
  /** The replica that polls it and is alive; undefined if no replica does. */
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
  const loads = replicas.toSorted().map((replica): Load => ({ replica, load: 0, apps: [] }));
  if (loads.length === 0) return owners;
  const free: WeighedApp[] = [];
  for (const app of weighed(apps).toSorted(byWeight)) {
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
    const moved = from.apps.find((app) => app.weight <= gap / 2) ?? from.apps.findLast((app) => app.weight < gap);
    if (moved === undefined) break;
    from.apps.splice(from.apps.indexOf(moved), 1);
    from.load -= moved.weight;
    add(to, moved);
    to.apps.sort(byWeight);
  }
  for (const { replica, apps: owned } of loads) for (const { sdkAppId } of owned) owners.set(sdkAppId, replica);
  return owners;
}

interface WeighedApp extends AssignableApp {
  readonly weight: number;
}

interface Load {
  readonly replica: string;
  load: number;
  readonly apps: WeighedApp[];
}

/** What an app costs even without rooms, in rooms. */
const baseWeight = 10;

/** An app whose rooms are not known counts as the average of the others. */
function weighed(apps: readonly AssignableApp[]): readonly WeighedApp[] {
  const known = apps.flatMap(({ weight }) => weight ?? []);
  const average = known.reduce((sum, weight) => sum + weight, 0) / Math.max(1, known.length);
  return apps.map((app) => ({ ...app, weight: baseWeight + (app.weight ?? average) }));
}

/** The largest first. */
function byWeight(a: WeighedApp, b: WeighedApp): number {
  return b.weight - a.weight || a.sdkAppId - b.sdkAppId;
}

function add(to: Load, app: WeighedApp): void {
  to.apps.push(app);
  to.load += app.weight;
}

function least(loads: readonly Load[]): Load {
  return loads.reduce((smallest, entry) => (entry.load < smallest.load ? entry : smallest));
}
