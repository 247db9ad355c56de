import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadWebSecurity } from '../../src/web/toolkit/load.ts';
import { issue } from '../support/certificates.ts';

const page = readFileSync(new URL('../../docs/web-configuration.md', import.meta.url), 'utf8');

describe('docs/web-configuration.md', () => {
  it('The example in docs/web-configuration.md is a valid file', async () => {
    const [, example = ''] = /```yaml\n(tls_server_config:[^`]*)```/.exec(page) ?? [];
    const { cert, key } = await issue('documented');
    const directory = mkdtempSync(join(tmpdir(), 'web-'));
    writeFileSync(join(directory, 'web.yml'), example);
    writeFileSync(join(directory, 'server.crt'), cert);
    writeFileSync(join(directory, 'server.key'), key);
    const { security } = await loadWebSecurity(join(directory, 'web.yml'), {});
    expect([security.tls?.minVersion, [...security.users.keys()], security.headers]).toEqual([
      'TLSv1.2',
      ['prometheus'],
      { 'Strict-Transport-Security': 'max-age=31536000' },
    ]);
  });
});
