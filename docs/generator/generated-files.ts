import { configSchemaFile } from './config-schema.ts';
import { configurationReference } from './configuration.ts';
import { formatted, withGenerated } from './markdown.ts';
import { metricsReference } from './metrics.ts';
import { sessionsReference, sessionsSchemaFile } from './sessions.ts';
import { roomsSchemaFile, statusApiReference, statusSchemaFile } from './status-api.ts';

/** A file that is generated: as a whole, or only the part after the hand-written one that `current` reads. */
export interface GeneratedFile {
  /** In the folder of the documentation. */
  readonly name: string;
  /** The new content of the file at this path. */
  readonly render: (path: string, current: () => string) => Promise<string>;
}

export const generatedFiles: readonly GeneratedFile[] = [
  {
    name: 'configuration.md',
    render: (path, current) => formatted(withGenerated(current(), configurationReference()), path),
  },
  {
    name: 'metrics.md',
    render: async (path, current) => formatted(withGenerated(current(), await metricsReference()), path),
  },
  {
    name: 'sessions.md',
    render: (path, current) => formatted(withGenerated(current(), sessionsReference()), path),
  },
  { name: 'sessions.schema.json', render: (path) => formatted(sessionsSchemaFile(), path) },
  {
    name: 'status.md',
    render: (path, current) => formatted(withGenerated(current(), statusApiReference()), path),
  },
  { name: 'status.schema.json', render: (path) => formatted(statusSchemaFile(), path) },
  { name: 'rooms.schema.json', render: (path) => formatted(roomsSchemaFile(), path) },
  { name: 'config.schema.json', render: (path) => formatted(configSchemaFile(), path) },
];
