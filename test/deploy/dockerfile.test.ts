import { describe, expect, it } from '@jest/globals';
import { admittedPaths, readDockerfile } from './dockerfile.ts';

const { stages, user, entrypoint, healthcheck, labels } = readDockerfile();

describe('the Dockerfile', () => {
  it('builds on one exact version of its base, in every stage', () => {
    const images = new Set(stages.map(({ image }) => image));
    expect([...images]).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/)]);
  });

  it('runs as a user that Kubernetes can tell is not root', () => {
    expect(user).toBe('1000:1000');
  });

  it('copies what .dockerignore admits, which is nothing else', () => {
    const copied = stages.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'copy' && step.from === undefined ? step.sources : [])),
    );
    expect(copied.toSorted()).toEqual(admittedPaths().toSorted());
  });

  it('takes into the image only what is there without the tools of the build', () => {
    const last = stages.at(-1);
    expect(last?.steps.filter(({ kind }) => kind === 'run')).toEqual([]);
    expect(stages[0]?.steps.flatMap((step) => (step.kind === 'run' ? [step.command] : []))).toEqual([
      'npm ci',
      'npm run build && npm prune --omit=dev',
    ]);
  });

  it('asks the health path of the port that it exposes, and starts the daemon without a shell', () => {
    expect(healthcheck).toEqual(['node', '-e', expect.stringContaining("fetch('http://127.0.0.1:19123/-/healthy')")]);
    expect(entrypoint).toEqual(['node', '--no-allocation-site-pretenuring', '--enable-source-maps', 'dist/main.js']);
  });

  it('carries the labels of the OCI by which registries show an image', () => {
    expect(labels.map((label) => label.replace('org.opencontainers.image.', ''))).toEqual([
      'title',
      'description',
      'source',
      'documentation',
      'licenses',
      'version',
      'revision',
    ]);
  });
});
