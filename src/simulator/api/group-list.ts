import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { integerOfBody, type RequestBody } from './request.ts';

const MAX_LIMIT = 10_000;

/** `get_appid_group_list`: ids of all AVChatRoom groups; `Next` is a number, 0 at the start and at the end. */
export function getAppIdGroupList(world: World, body: RequestBody): unknown {
  const limit = body['Limit'] === undefined ? MAX_LIMIT : integerOfBody(body, 'Limit', 10004);
  if (limit === 0 || limit > MAX_LIMIT) throw new ApiError(10004, 'Limit');
  const next = body['Next'] === undefined ? 0 : integerOfBody(body, 'Next', 10004);
  const type = body['GroupType'];
  // The simulated apps have no groups of other types.
  const ids = type === undefined || type === 'AVChatRoom' ? world.groupIds() : [];
  const end = Math.min(ids.length, next + limit);
  return {
    TotalCount: ids.length,
    GroupIdList: ids.slice(next, end).map((id) => ({ GroupId: id })),
    Next: end < ids.length ? end : 0,
  };
}
