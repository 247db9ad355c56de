import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A resource as its file has it; `name` is relative to deploy/kubernetes. */
export function manifest(name: string): Manifest {
  return parse(readFileSync(folder + name, 'utf8')) as Manifest;
}

/** The files of a folder below deploy/kubernetes that hold resources. */
export function manifestNames(subfolder: string): readonly string[] {
  return readdirSync(folder + subfolder)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .toSorted();
}
