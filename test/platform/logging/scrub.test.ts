import { describe, expect, it } from '@jest/globals';
import { scrub } from '../../../src/platform/logging/errors.ts';

const userSig = `eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zLBwsWlSUWlxUDFKakpyfkpqSWJYDWVQGVF-SWpRYklqUCpzOKU*_`;

describe('scrub', () => {
  it.each([
    [
      'nothing to hide: usersig expired, user_sig_file=/run/sig',
      'nothing to hide: usersig expired, user_sig_file=/run/sig',
    ],
    [`GET /v4?sdkappid=1&usersig=${userSig}&random=1`, 'GET /v4?sdkappid=1&usersig=<secret>&random=1'],
    ['usersig=short', 'usersig=<secret>'],
    ['UserSig%3DeJx%2A-', 'UserSig%3D<secret>'],
    [`{"usersig":"eJx"}`, `{"usersig":"<secret>"}`],
    [String.raw`err="{\"usersig\": \"eJx\"}"`, String.raw`err="{\"usersig\": \"<secret>\"}"`],
    [`{ usersig: 'eJx' }`, `{ usersig: '<secret>' }`],
    [`signature ${userSig} refused`, 'signature <secret> refused'],
    ['to https://host/v4/x?usersig=eJx&a=b failed', 'to https://host/v4/x failed'],
    ['via http://name:p4ssw0rd@proxy:3128', 'via http://proxy:3128'],
    ['"url":"https://host/x?a=b"', '"url":"https://host/x"'],
  ])('The text %j is logged as %j', (line, safe) => {
    expect(scrub(line)).toBe(safe);
  });
});
