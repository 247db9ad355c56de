import type { CallFailure, FailureReason } from './failures.ts';
import { isWithoutLive } from './regions.ts';

/**
 * What to do about an error code. Source: Tencent's "Error Codes" page. That a wrong region responds with 70016 or 70020
 * was seen.
 */
const adviceByCode: ReadonlyMap<number, string> = new Map([
  [60010, 'make the identifier an App administrator in the console, or name one of them in apps[].identifier'],
  [60006, 'check apps[].sdk_app_id'],
  [60012, 'check apps[].sdk_app_id'],
  [60021, "add this machine's public address to the allow-list of REST API callers in the console"],
  [70001, 'renew the UserSig; if it was signed just now, check the clock of this machine'],
  [70052, 'renew the UserSig; if it was signed just now, check the clock of this machine'],
  [70002, 'the UserSig is empty: check the file in apps[].user_sig_file'],
  [70003, 'the UserSig is cut off or damaged: check the file in apps[].user_sig_file'],
  [70009, 'the secret key does not belong to this app: copy it again from the console'],
  [70013, 'the UserSig was signed for another identifier than apps[].identifier'],
  [70014, 'the UserSig was signed for another SDKAppID than apps[].sdk_app_id'],
  [70016, 'the app is not in this region: try another apps[].region'],
  [70020, 'the app is not in this region, or does not exist: try another apps[].region, check apps[].sdk_app_id'],
  [70050, 'the server locks the app out after too many refused signatures: wait a minute and correct the key first'],
  [10007, "the command is not in the app's plan, or not for this kind of group: see the plan in the console"],
  [60017, 'switch the feature on in the console'],
  [60020, 'the command is not in the plan, or not switched on: see the features of the app in the console'],
  [100007, "the command is not in the app's plan: see the Live plan in the console"],
]);

const adviceByReason: { readonly [reason in FailureReason]: string } = {
  timeout: 'check the network to the API, and http.timeout',
  network: 'check name resolution, firewall and proxy: HTTPS_PROXY, NO_PROXY and http.proxy_url',
  http: 'a proxy or gateway responds instead of the API: check the proxy and apps[].base_url',
  malformed: 'a proxy or gateway responds instead of the API: check the proxy and apps[].base_url',
  transient: 'a temporary error of the server: try again',
  frequency: "something else uses up the app's quota: lower quota.share, or find out what else calls the API",
  lockout: 'wait a minute and correct the credentials first',
  expired: 'renew the UserSig',
  credentials: 'check sdk_app_id, identifier, credentials and region of the app',
  gone: 'remove the room from the config',
  permission: "see the app's plan and features in the console",
  bug: 'report this as a bug, with the RequestId',
  unknown: 'give the RequestId and the code to Tencent support',
};

/** The API does not know the path of the call. */
const unknownPath = 60009;

/** What an operator can do about a call that failed. */
export function adviceFor(
  { code, reason, requestId }: Pick<CallFailure, 'code' | 'reason' | 'requestId'>,
  { region }: { readonly region?: Parameters<typeof isWithoutLive>[0] } = {},
): string {
  if (code === unknownPath && region !== undefined && isWithoutLive(region)) {
    return `the command is not served in this region: Tencent does not document Live for ${region}`;
  }
  // Only the API itself sends these, so nothing between here and the API is to blame.
  if (reason === 'malformed' && (code !== undefined || requestId !== undefined)) {
    return 'the API responds in a format that this version does not know: report this as a bug, with the RequestId if there is one';
  }
  return (code === undefined ? undefined : adviceByCode.get(code)) ?? adviceByReason[reason];
}
