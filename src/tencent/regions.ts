/**
 * The REST API's domains by region: the main domain, and the backup domain for when the name of the main one does not resolve or is
 * hijacked. Source: Tencent's page "RESTful API Overview" of Chat (1047/34620, 2024-02 to 2025-10) for both domains; its versions after
 * 2024-02 leave out Mumbai (india). Live's own pages name main domains only. A wrong region responds with 70016 or 70020.
 */
const regionDomains = {
  china: { main: 'console.tim.qq.com', backup: 'adminapi.my-imcloud.com' },
  singapore: { main: 'adminapisgp.im.qcloud.com', backup: 'adminapisgp.my-imcloud.com' },
  seoul: { main: 'adminapikr.im.qcloud.com', backup: 'adminapikr.my-imcloud.com' },
  tokyo: { main: 'adminapijpn.im.qcloud.com', backup: 'adminapijpn.my-imcloud.com' },
  frankfurt: { main: 'adminapiger.im.qcloud.com', backup: 'adminapiger.my-imcloud.com' },
  usa: { main: 'adminapiusa.im.qcloud.com', backup: 'adminapiusa.my-imcloud.com' },
  jakarta: { main: 'adminapiidn.im.qcloud.com', backup: 'adminapiidn.my-imcloud.com' },
  india: { main: 'adminapiind.im.qcloud.com', backup: 'adminapiind.my-imcloud.com' },
} as const;

export type RegionName = keyof typeof regionDomains;

export const regionNames = Object.keys(regionDomains) as readonly RegionName[];

/** Where Live's commands are documented. Source: Tencent's page "Get Room Member List" (2026-04). The other regions serve Chat only. */
const liveRegions: readonly string[] = ['china', 'singapore', 'usa', 'jakarta'] satisfies readonly RegionName[];

/** Whether Live's commands are not documented for a region; false for an origin of one's own, of which nothing is known. */
export function isWithoutLive(region: RegionName | 'custom'): boolean {
  return region !== 'custom' && !liveRegions.includes(region);
}

/** The first SDKAppID of China; lower ones are international. */
const firstIdOfChina = 1_400_000_000;

/** The region of an app by its id, as Tencent's own servers choose it. Source: the server of TUILiveKit's Live Manager. */
export function regionOf(sdkAppId: number): RegionName {
  return sdkAppId < firstIdOfChina ? 'singapore' : 'china';
}

/** The origins of a region's API, without a trailing slash. */
export function regionOrigins(region: RegionName): { readonly baseUrl: string; readonly backupUrl: string } {
  const { main, backup } = regionDomains[region];
  return { baseUrl: `https://${main}`, backupUrl: `https://${backup}` };
}
