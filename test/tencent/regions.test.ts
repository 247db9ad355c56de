import { describe, expect, it } from '@jest/globals';
import { isWithoutLive, regionNames, regionOf, regionOrigins } from '../../src/tencent/regions.ts';

describe('The regions', () => {
  it('Every region has the main domain and the backup domain that Tencent documents', () => {
    expect(Object.fromEntries(regionNames.map((name) => [name, Object.values(regionOrigins(name))]))).toEqual({
      // China's backup domain does not follow from the name of its main domain.
      china: ['https://console.tim.qq.com', 'https://adminapi.my-imcloud.com'],
      singapore: ['https://adminapisgp.im.qcloud.com', 'https://adminapisgp.my-imcloud.com'],
      seoul: ['https://adminapikr.im.qcloud.com', 'https://adminapikr.my-imcloud.com'],
      tokyo: ['https://adminapijpn.im.qcloud.com', 'https://adminapijpn.my-imcloud.com'],
      frankfurt: ['https://adminapiger.im.qcloud.com', 'https://adminapiger.my-imcloud.com'],
      usa: ['https://adminapiusa.im.qcloud.com', 'https://adminapiusa.my-imcloud.com'],
      jakarta: ['https://adminapiidn.im.qcloud.com', 'https://adminapiidn.my-imcloud.com'],
      india: ['https://adminapiind.im.qcloud.com', 'https://adminapiind.my-imcloud.com'],
    });
  });

  it('An app belongs to Singapore below the SDKAppID 1400000000, and to China from there on', () => {
    expect([1, 20_000_000, 1_399_999_999, 1_400_000_000, 1_721_003_276].map(regionOf)).toEqual([
      'singapore',
      'singapore',
      'singapore',
      'china',
      'china',
    ]);
  });

  it('Live is documented for four regions, and of an origin of your own nothing is known', () => {
    expect(regionNames.filter((name) => !isWithoutLive(name))).toEqual(['china', 'singapore', 'usa', 'jakarta']);
    expect(isWithoutLive('custom')).toBe(false);
  });
});
