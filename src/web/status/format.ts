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

/** A difference with its sign; a dash for an unknown one. */
export function formatChange(value: number | undefined): string {
  if (value === undefined) return '–';
  // The minus sign is as wide as the plus sign, and screen readers say it.
  return value < 0 ? `−${formatCount(-value)}` : value > 0 ? `+${formatCount(value)}` : '0';
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
  /** Broken into lines. */
  readonly isSentence?: boolean;
}

/** A table that scrolls independently on narrow screens. The keyboard reaches it by its links or, without any, by itself. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  heading: 'h2' | 'h3' = 'h3',
): string {
  const classOf = (index: number) => {
    const { isNumber = false, isExtra = false, isSentence = false } = columns[index] ?? {};
    const classes = [
      ...(isNumber ? ['number'] : []),
      ...(isExtra ? ['extra'] : []),
      ...(isSentence ? ['sentence'] : []),
    ];
    return classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
  };
  const head = columns.map(({ title }, index) => `<th scope="col"${classOf(index)}>${escapeHtml(title)}</th>`);
  const body = rows.map(
    (cells) => `<tr>${cells.map((cell, index) => `<td${classOf(index)}>${cellHtml(cell)}</td>`).join('')}</tr>\n`,
  );
  const hasLinks = rows.some((cells) => cells.some((cell) => typeof cell !== 'string' && cell.html.startsWith('<a ')));
  const focusable = hasLinks ? '' : ` tabindex="0" role="group" aria-label="${escapeHtml(caption)}"`;
  return `<div class="scroll"${focusable}><table>
<caption><${heading}>${escapeHtml(caption)}</${heading}></caption>
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

/** Longer texts would fill the page; the page of the room has the whole name. */
const longestText = 60;

/** Text that users have chosen: it may be long or change the text direction, but it must not affect other cells. */
export function userText(text: string): Html {
  const visible = text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ');
  const characters = visible.length > longestText ? Array.from(visible) : [];
  const cut = characters.length > longestText ? `${characters.slice(0, longestText - 1).join('')}…` : visible;
  return { html: `<bdi class="text">${escapeHtml(cut)}</bdi>` };
}
