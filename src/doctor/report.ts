/**
 * `missing`: something does not work that the config asks for. `note`: worth knowing, and no fault. `skipped`: could not
 * be tried.
 */
export type CheckStatus = 'ok' | 'missing' | 'note' | 'skipped';

export interface Check {
  readonly status: CheckStatus;
  /** A command, or what else was looked at. */
  readonly name: string;
  readonly found: string;
  /** What to do next; absent where there is nothing to do. */
  readonly advice?: string;
}

export interface AppReport {
  readonly sdkAppId: number;
  readonly name: string;
  readonly region: string;
  readonly checks: readonly Check[];
}

export interface DoctorReport {
  /** Whether nothing is missing. */
  readonly ok: boolean;
  readonly apps: readonly AppReport[];
}

/** The report for people: a table for each app, and below each row what to do. */
export function reportText({ ok, apps }: DoctorReport): string {
  const sections = apps.map(({ sdkAppId, name, region, checks }) => {
    const title = `App ${sdkAppId}${name === '' ? '' : ` (${name})`}, region ${region}`;
    const width = Math.max(...checks.map((check) => check.name.length));
    const rows = checks.flatMap(({ status, name: what, found, advice }) => [
      `  ${status.padEnd(7)}  ${what.padEnd(width)}  ${printable(found)}`,
      ...(advice === undefined ? [] : [`${' '.repeat(width + 13)}→ ${printable(advice)}`]),
    ]);
    return [printable(title), ...rows, ''].join('\n');
  });
  const missing = apps.flatMap(({ checks }) => checks).filter(({ status }) => status === 'missing').length;
  const verdict = ok ? 'Nothing is missing.' : `${missing} ${missing === 1 ? 'thing is' : 'things are'} missing.`;
  return `${[...sections, verdict].join('\n')}\n`;
}

export function reportJson(report: DoctorReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** What a room or the API is called must not move a terminal's cursor. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '\u{fffd}');
}
