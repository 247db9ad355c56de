import { describe, expect, it, jest } from '@jest/globals';

jest.unstable_mockModule('bcrypt', () => {
  throw new Error('No native build was found');
});
// Imported here, because imports at the top would load the modules before bcrypt is replaced.
const { parseCommandLine } = await import('../../../src/cli/command-line.ts');
const { runDaemon } = await import('../../../src/cli/run.ts');
const { startTestServer } = await import('../../support/web-server.ts');

describe('A machine for which bcrypt has no build', () => {
  it.each(['--version', '--help'])('%s works without bcrypt', (flag) => {
    expect(parseCommandLine([flag]).kind).toBe('print');
  });

  it('A config check works without bcrypt', async () => {
    const invocation = parseCommandLine(['--config.check']);
    if (invocation.kind !== 'daemon') throw new Error('expected the daemon');
    let stdout = '';
    const code = await runDaemon(invocation, {
      env: { TENCENT_SDK_APP_ID: '1400000000', TENCENT_SECRET_KEY: 'k' },
      stdout: (text) => (stdout += text),
      stderr: () => {},
      signal: new AbortController().signal,
      onReload: () => () => {},
    });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/: configuration is valid\n$/)]);
  });

  it('A server without passwords serves requests without bcrypt', async () => {
    const server = await startTestServer();
    const response = await fetch(`http://${server.address}/metrics`);
    await server.stop();
    expect(response.status).toBe(200);
  });
});
