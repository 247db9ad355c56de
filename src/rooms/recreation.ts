import type { TaskName } from '../tasks/tasks.ts';

/** Commands round CreateTime in different ways, so a smaller move does not count. */
const smallestMoveSeconds = 5;

/** Without a CreateTime, this many views fewer, and fewer than half, mean that the count has started again. */
const fewestLostViews = 100;

/** After one command has shown a new life, another one may go on with cached data of the life before for this long. */
const catchUpMs = 60_000;

/** What is remembered of a room to notice that it was created again under the same id. */
export interface CreationState {
  /** CreateTime in Unix seconds as each command gave it last: they may differ, so each is compared with itself only. */
  readonly listedCreateTime: number | undefined;
  readonly infoCreateTime: number | undefined;
  readonly mostViews: number | undefined;
  /** Which command's response began this life, and when. Undefined in the first life, and once the other one has followed. */
  readonly recreatedBy: TaskName | undefined;
  readonly recreatedAtMs: number;
}

/** What a response says of the room's creation and of its views since then. */
export interface CreationFacts {
  readonly createTimeSeconds?: number | undefined;
  readonly viewCount?: number | undefined;
}

/** A response, as far as it concerns the life of a room. */
interface DatedResponse {
  readonly task: TaskName;
  readonly facts: CreationFacts;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** `previous`: the other command has shown a new life already, and this one has not followed yet. */
type Life = 'same' | 'new' | 'previous';

/** A new life needs a CreateTime that has moved by more than 5 s in the responses of the same command. */
function lifeOf(state: CreationState, { task, facts, atMs }: DatedResponse): Life {
  const { createTimeSeconds, viewCount } = facts;
  const { recreatedBy, recreatedAtMs, mostViews = 0 } = state;
  const before = task === 'room_list' ? state.listedCreateTime : state.infoCreateTime;
  const mayBeBehind = recreatedBy !== undefined && recreatedBy !== task && atMs - recreatedAtMs < catchUpMs;
  if (createTimeSeconds !== undefined && before !== undefined) {
    const hasMoved = Math.abs(createTimeSeconds - before) > smallestMoveSeconds;
    if (mayBeBehind) return hasMoved ? 'same' : 'previous';
    return hasMoved ? 'new' : 'same';
  }
  const isDated = createTimeSeconds !== undefined || (state.listedCreateTime ?? state.infoCreateTime) !== undefined;
  if (isDated || viewCount === undefined) return 'same';
  return mostViews - viewCount > fewestLostViews && viewCount < mostViews / 2 ? 'new' : 'same';
}

/** Returns which life of the room a response is about, and remembers it for the next response. */
export function noticeLife(
  state: { -readonly [Key in keyof CreationState]: CreationState[Key] },
  response: DatedResponse,
): Life {
  const life = lifeOf(state, response);
  const { task, facts, atMs } = response;
  const { createTimeSeconds } = facts;
  if (life === 'new') {
    state.recreatedBy = task;
    state.recreatedAtMs = atMs;
  } else if (life === 'same' && createTimeSeconds !== undefined && state.recreatedBy !== task) {
    // This command has followed.
    state.recreatedBy = undefined;
  }
  if (createTimeSeconds === undefined) return life;
  if (task === 'room_list') state.listedCreateTime = createTimeSeconds;
  else state.infoCreateTime = createTimeSeconds;
  return life;
}
