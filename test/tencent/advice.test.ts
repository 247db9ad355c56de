import { describe, expect, it } from '@jest/globals';
import { adviceFor } from '../../src/tencent/advice.ts';

describe('The advice about a failed call', () => {
  it('A malformed response that does not come from the API is blamed on what is in between', () => {
    expect(adviceFor({ reason: 'malformed', code: undefined, requestId: undefined })).toBe(
      'a proxy or gateway responds instead of the API: check the proxy and apps[].base_url',
    );
  });

  it.each([
    { code: 0, requestId: undefined },
    { code: undefined, requestId: 'Id-1' },
  ])('A malformed response with $code and $requestId comes from the API, so no proxy is blamed', (response) => {
    expect(adviceFor({ reason: 'malformed', ...response })).toBe(
      'the API responds in a format that this version does not know: report this as a bug, with the RequestId if there is one',
    );
  });
});
