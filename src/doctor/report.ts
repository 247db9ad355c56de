/**
 * `fail`: something that the configuration asks for does not work. `info`: worth knowing, but not an error. `skipped`: could
 * not be tried.
 */
type CheckStatus = 'ok' | 'fail' | 'info' | 'skipped';

export interface Check {
  readonly status: CheckStatus;
  /** A command, or what else was checked. */
  readonly name: string;
  readonly found: string;
  /** What to do next; absent if there is nothing to do. */
  readonly advice?: string;
}

export interface AppReport {
  readonly sdkAppId: number;
  readonly name: string;
  readonly region: string;
  readonly checks: readonly Check[];
}

export interface DoctorReport {
  /** Whether no check failed. */
  readonly ok: boolean;
  /** Absent without a cluster. */
  readonly cluster?: readonly Check[];
  readonly apps: readonly AppReport[];
}

/** The report for people: a table for each app, with the advice below the row that needs it. */
export function reportText({ ok, cluster, apps }: DoctorReport): string {
  const sections = [
    ...(cluster === undefined ? [] : [{ title: 'Cluster', checks: cluster }]),
    ...apps.map(({ sdkAppId, name, region, checks }) => ({
      title: `App ${sdkAppId}${name === '' ? '' : ` (${name})`}, region ${region}`,
      checks,
    })),
  ];
  const failed = sections.flatMap(({ checks }) => checks).filter(({ status }) => status === 'fail').length;
  const verdict = ok ? 'All checks passed.' : `${failed} ${failed === 1 ? 'check' : 'checks'} failed.`;
  return `${[...sections.map(sectionText), verdict].join('\n')}\n`;
}

function sectionText({ title, checks }: { readonly title: string; readonly checks: readonly Check[] }): string {
  const width = Math.max(...checks.map((check) => check.name.length));
  const rows = checks.flatMap(({ status, name, found, advice }) => [
    `  ${status.padEnd(7)}  ${name.padEnd(width)}  ${printable(found)}`,
    ...(advice === undefined ? [] : [`${' '.repeat(width + 13)}→ ${printable(advice)}`]),
  ]);
  return [printable(title), ...rows, ''].join('\n');
}

export function reportJson(report: DoctorReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** A room's name, or a text of the API, must not move a terminal's cursor. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '\u{fffd}');
}
