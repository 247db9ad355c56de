/** The texts of the error codes that the simulator returns, from Tencent's documentation and from public client code. */
const errorTexts: Readonly<Record<number, string>> = {
  10002: 'system error',
  10004: 'invalid parameter',
  10007: 'no permission: the feature is not in this package',
  10010: 'group not exist or has been dismissed',
  10015: 'invalid group id',
  60002: 'HTTP parse Error',
  60003: 'JSON parse error',
  60007: 'request frequency of this command exceeds the limit',
  60008: 'service timeout or request format error,please check and try again',
  60009: 'request resource error, please check the url',
  60010: 'the identifier is not an app administrator',
  60011: 'request frequency of this sdkappid exceeds the limit',
  60012: 'rest api need sdkappid',
  60020: 'not supported by the package of this app',
  70001: 'usersig expired',
  70002: 'usersig is empty',
  70003: 'usersig is invalid',
  70009: 'usersig verification failed',
  70013: 'identifier does not match the usersig',
  70014: 'sdkappid does not match the usersig',
  70020: 'sdkappid not found',
  70050: 'too many failed usersig verifications, try again later',
  100001: 'system error, please retry',
  100002: 'invalid parameter',
  100004: 'room not exist',
  100006: 'not a live room',
  100007: 'no permission: the live package does not include this',
  100211: 'the room has no seats',
  100301: 'callback not exist',
  100302: 'callback token not exist',
};

/** An error that the API returns with HTTP status 200. */
export class ApiError extends Error {
  readonly code: number;

  /** `detail` names the invalid parameter. */
  constructor(code: number, detail?: string) {
    const text = errorTexts[code] ?? `error ${code}`;
    super(detail === undefined ? text : `${text}: ${detail}`);
    this.name = 'ApiError';
    this.code = code;
  }
}
