/** A duration for people: 0.4 s, 12 s, 3 min, 5 h, 2 d. Never below zero, even if the clock was set back. */
export function formatSeconds(value: number): string {
  const seconds = Math.max(0, value);
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 119.5) return `${Math.round(seconds)} s`;
  if (seconds < 119.5 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function formatAge(atMs: number, nowMs: number): string {
  return `${formatSeconds((nowMs - atMs) / 1000)} ago`;
}

/** 1234567 as `1,234,567`; a dash for an unknown count. */
export function formatCount(value: number | undefined): string {
  return value === undefined ? '–' : value.toLocaleString('en');
}

/** HTML that is already safe. */
export interface Html {
  readonly html: string;
}

/** The content of a cell: text, which is escaped, or HTML. */
export type Cell = string | Html;

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Hidden on narrow screens. */
  readonly isExtra?: boolean;
}

/** A table that scrolls independently on narrow screens. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const classOf = (index: number) => {
    const { isNumber = false, isExtra = false } = columns[index] ?? {};
    const classes = [...(isNumber ? ['number'] : []), ...(isExtra ? ['extra'] : [])];
    return classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
  };
  const head = columns.map(({ title }, index) => `<th scope="col"${classOf(index)}>${escapeHtml(title)}</th>`);
  const body = rows.map(
    (cells) => `<tr>${cells.map((cell, index) => `<td${classOf(index)}>${cellHtml(cell)}</td>`).join('')}</tr>\n`,
  );
  return `<div class="scroll"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('')}</tbody>
</table></div>
`;
}

function cellHtml(cell: Cell): string {
  return typeof cell === 'string' ? escapeHtml(cell) : cell.html;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes any text for the content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
