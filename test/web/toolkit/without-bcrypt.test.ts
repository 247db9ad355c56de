import { describe, expect, it, jest } from '@jest/globals';

jest.unstable_mockModule('bcrypt', () => {
  throw new Error('No native build was found');
});
// Imported here, because an import at the top would load the modules before bcrypt is replaced.
const { run } = await import('../../../src/cli/run.ts');
const { startTestServer } = await import('../../support/web-server.ts');

async function output(...argv: readonly string[]): Promise<readonly [number, string]> {
  let text = '';
  const write = (written: string) => (text += written);
  const code = await run({ argv, env: {}, stdout: write, stderr: write, signal: new AbortController().signal });
  return [code, text];
}

describe('on a machine for which bcrypt has no build', () => {
  it('--version and --help work', async () => {
    expect([(await output('--version'))[0], (await output('--help'))[0]]).toEqual([0, 0]);
  });

  it('A server without passwords serves requests', async () => {
    const server = await startTestServer();
    const response = await fetch(`http://${server.address}/metrics`);
    await server.stop();
    expect(response.status).toBe(200);
  });
});
