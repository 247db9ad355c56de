import { ApiError } from './api-error.ts';

/** The fields of a request's body. */
export type RequestBody = Readonly<Record<string, unknown>>;

const maxIdBytes = 48;

const printableAscii = /^[\u0020-\u007e]+$/;

/** `RoomId` of a Live command. Throws {@link ApiError} 100002. */
export function readRoomId(body: RequestBody): string {
  const roomId = body['RoomId'];
  if (typeof roomId !== 'string' || !isId(roomId)) throw new ApiError(100002, 'RoomId');
  return roomId;
}

/** `GroupId` of a Chat command. Throws {@link ApiError}: 10004 if it is missing, 10015 if it is invalid. */
export function readGroupId(body: RequestBody): string {
  const groupId = body['GroupId'];
  if (typeof groupId !== 'string') throw new ApiError(10004, 'GroupId');
  if (!isId(groupId)) throw new ApiError(10015);
  return groupId;
}

function isId(id: string): boolean {
  return id.length <= maxIdBytes && printableAscii.test(id);
}

interface IntegerParameter {
  readonly name: string;
  /** The error code of the command's family. */
  readonly code: 10004 | 100002;
}

/** A whole number of the body. Throws {@link ApiError}. */
export function readInteger(body: RequestBody, { name, code }: IntegerParameter): number {
  const value = body[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new ApiError(code, name);
  return value;
}

/** Like {@link readInteger}, but undefined if the body does not have the parameter. */
export function readOptionalInteger(body: RequestBody, parameter: IntegerParameter): number | undefined {
  return body[parameter.name] === undefined ? undefined : readInteger(body, parameter);
}

/** The opaque `Next` of a list: the offset of the next page, and the moment for which the list was read. */
interface Cursor {
  readonly offset: number;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** Disguises the offset, so that no client relies on it. */
const offsetMask = 0x5bd1e995;

export function writeCursor({ offset, atMs }: Cursor): string {
  return `${Math.floor(atMs)}-${(offset ^ offsetMask) >>> 0}`;
}

/** Reads `Next`; undefined for the first page, where it is empty or absent. Throws {@link ApiError} 100002. */
export function readCursor({ Next: next }: RequestBody): Cursor | undefined {
  if (next === '' || next === undefined) return undefined;
  const parts = typeof next === 'string' ? /^(\d{1,15})-(\d{1,10})$/.exec(next) : null;
  if (parts === null) throw new ApiError(100002, 'Next');
  return { atMs: Number(parts[1]), offset: (Number(parts[2]) ^ offsetMask) >>> 0 };
}
