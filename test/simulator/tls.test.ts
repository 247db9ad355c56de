import { get } from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { createCertificate } from '../support/certificates.ts';

function statusOf(simulator: Simulator, ca: string | undefined): Promise<unknown> {
  return new Promise((resolve) => {
    const options = { agent: false as const, ...(ca === undefined ? {} : { ca }) };
    const request = get(`${simulator.origin}/x`, options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

describe('The simulator over HTTPS', () => {
  it('Only a client that trusts the given certificate can call the simulator over HTTPS', async () => {
    const tls = await createCertificate('simulator');
    const simulator = await startSimulator({ rooms: 1, seed: 1, tls });
    expect(simulator.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(await statusOf(simulator, tls.cert)).toBe(200);
    expect(await statusOf(simulator, undefined)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    simulator.inject({ kind: 'outage', how: 'reset' });
    expect(await statusOf(simulator, tls.cert)).toBe('ECONNRESET');
    await simulator.stop();
  });
});
