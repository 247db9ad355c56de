import { describe, expect, it } from '@jest/globals';
import { parseWebhookQuery } from '../../../src/tencent/webhooks/parse-query.ts';

describe('The query of a webhook', () => {
  it.each([
    'SdkAppid=1400000000&CallbackCommand=Live.X&contenttype=json&ClientIP=203.0.113.7&OptPlatform=Android&Sign=ab&RequestTime=17',
    'SDKAPPID=1400000000&callbackcommand=Live.X&SIGN=ab&requesttime=17',
    'SdkAppId=1400000000&WebhookCommand=Live.X&sign=ab&RequestTime=1%37',
  ])('Its names are read in any spelling and case: %s', (query) => {
    expect(parseWebhookQuery(query)).toEqual({
      sdkAppId: '1400000000',
      command: 'Live.X',
      sign: 'ab',
      requestTime: '17',
    });
  });

  it.each(['', '&&&', '%', '=%ff&=', 'sdkappid'])('Any other text is a query without them: %j', (query) => {
    expect(Object.values(parseWebhookQuery(query)).filter(Boolean)).toEqual([]);
  });
});
