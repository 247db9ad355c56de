import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** textlint checks Markdown with the same list. */
const textlint = JSON.parse(read('.textlintrc.json')) as {
  readonly rules: {
    readonly terminology: { readonly terms: readonly (readonly [pattern: string, instead: string])[] };
  };
};
const terms = textlint.rules.terminology.terms.map(([pattern, instead]) => ({
  word: new RegExp(`\\b(?:${pattern})\\b`, 'gi'),
  instead,
}));

/** The simulator injects faults, and so do tests and a benchmark; elsewhere an error is called an error. */
const injectsFaults = /\/(?:simulator|faults)\/|^bench\/cluster\//;

/** Names of alerts stay as they are, because silences and routes of users refer to them. */
const alertNames = /\bTencentLive\w+/g;

/** The words that must not be in a line, with what to write instead. A name such as `openGate` is two words. */
function replacedWords(line: string, path: string): readonly string[] {
  const text = line.replaceAll(alertNames, '').replaceAll(/([a-z\d])([A-Z])/g, '$1 $2');
  return terms
    .filter(({ instead }) => instead !== 'error' || !injectsFaults.test(path))
    .flatMap(({ word, instead }) => [...text.matchAll(word)].map(([found]) => `"${found}", use "${instead}"`));
}

describe('The words of the glossary', () => {
  it.each(['src', 'test', 'bench', 'grafana', 'docs', 'deploy', 'config'])(
    'No file in %s uses a replaced word',
    (folder) => {
      const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => `${folder}/${name}`)
        .filter(
          (path) =>
            /(?:(?<!words\.test)\.tsx?|\.ya?ml|\.service)$/.test(path) && !/\/(?:dist|node_modules)\//.test(path),
        );
      const found = paths.flatMap((path) =>
        read(path)
          .split('\n')
          .flatMap((line, index) => replacedWords(line, path).map((word) => `${path}:${index + 1}: ${word}`)),
      );
      expect(found).toEqual([]);
    },
  );

  it('A replaced word is found in a name and in a sentence', () => {
    expect(replacedWords('openGate() // till then', 'src/a.ts')).toEqual([
      '"Gate", use "circuit breaker"',
      '"till", use "until"',
    ]);
  });
});
