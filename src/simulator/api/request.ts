import { ApiError } from './api-error.ts';

/** The fields of a request's body. */
export type RequestBody = Readonly<Record<string, unknown>>;

/** Bytes of a room id or group id at most. */
const MAX_ID_BYTES = 48;

const printableAscii = /^[\u0020-\u007e]+$/;

/** `RoomId` of a Live command. Throws {@link ApiError} 100002. */
export function roomIdOfBody(body: RequestBody): string {
  const roomId = body['RoomId'];
  if (typeof roomId !== 'string' || !isId(roomId)) throw new ApiError(100002, 'RoomId');
  return roomId;
}

/** `GroupId` of a Chat command. Throws {@link ApiError}: 10004 if it is missing, 10015 if it cannot be one. */
export function groupIdOfBody(body: RequestBody): string {
  const groupId = body['GroupId'];
  if (typeof groupId !== 'string') throw new ApiError(10004, 'GroupId');
  if (!isId(groupId)) throw new ApiError(10015);
  return groupId;
}

/** A whole number of the body. Throws {@link ApiError} with the code of the command's family. */
export function integerOfBody(body: RequestBody, name: string, code: 10004 | 100002): number {
  const value = body[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new ApiError(code, name);
  return value;
}

function isId(id: string): boolean {
  return id.length <= MAX_ID_BYTES && printableAscii.test(id);
}
