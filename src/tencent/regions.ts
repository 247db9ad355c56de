/**
 * The REST API's domain by region. Live's commands are documented for China, Singapore, Silicon Valley (usa) and
 * Jakarta; the others serve Chat's. A wrong region responds with 70016 or 70020.
 * Source: Tencent's pages "Get Room Member List" (2026-04) and "Getting the Number of Online Users" (2022-12).
 */
const regionDomains = {
  china: 'console.tim.qq.com',
  singapore: 'adminapisgp.im.qcloud.com',
  seoul: 'adminapikr.im.qcloud.com',
  tokyo: 'adminapijpn.im.qcloud.com',
  frankfurt: 'adminapiger.im.qcloud.com',
  usa: 'adminapiusa.im.qcloud.com',
  jakarta: 'adminapiidn.im.qcloud.com',
  india: 'adminapiind.im.qcloud.com',
} as const;

export type RegionName = keyof typeof regionDomains;

export const regionNames = Object.keys(regionDomains) as readonly RegionName[];

/** The origin of a region's API, without a trailing slash. */
export function regionOrigin(region: RegionName): string {
  return `https://${regionDomains[region]}`;
}
