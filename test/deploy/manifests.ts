import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const kubernetes = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));

/** A path below deploy/kubernetes that ends with a slash, or is empty. */
export const folders = ['', 'network-policy/', 'persistent-state/', 'prometheus-operator/', 'replicas/'];

export const manifestText = (name: string): string => readFileSync(kubernetes + name, 'utf8');
export const manifest = (name: string): unknown => parse(manifestText(name));

/** The files of a folder that hold resources. */
export const resourcesIn = (folder: string): readonly string[] =>
  readdirSync(kubernetes + folder)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .toSorted();

export const manifestNames = folders.flatMap((folder) => resourcesIn(folder).map((name) => folder + name));

export interface Kustomization {
  readonly kind: string;
  readonly resources: readonly string[];
  readonly patches?: readonly Patch[];
}

export interface Patch {
  readonly path?: string;
  readonly target?: { readonly kind: string; readonly name: string };
  readonly patch?: string;
}

export interface PodTemplate {
  readonly metadata: object;
  readonly spec: {
    readonly securityContext: object;
    readonly containers: readonly {
      readonly image: string;
      readonly env?: readonly { readonly name: string }[];
      readonly securityContext: object;
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
    readonly volumes: readonly { readonly name: string }[];
  };
}

export interface Deployment {
  readonly apiVersion: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas: number;
    readonly strategy: object;
    readonly selector: object;
    readonly template: PodTemplate;
  };
}

/** The text of exporter.yml in a config map. */
export function configText(name: string): string {
  const { data } = manifest(name) as { readonly data: Readonly<Record<string, string>> };
  return data['exporter.yml'] ?? '';
}
