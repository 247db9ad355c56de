import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { format } from 'prettier';

/** A dashboard as the text of its file, in the format of all files of this repository. */
export function formatted(dashboard: Dashboard): Promise<string> {
  return format(JSON.stringify(dashboard), { parser: 'json', printWidth: 120 });
}
