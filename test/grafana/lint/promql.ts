/** A vector selector of a query. */
export interface Selector {
  readonly metric: string;
  /** What stands between its braces. */
  readonly matchers: string;
  /** Its range, such as `5m`, where it has one. */
  readonly range?: string;
  /** The function, aggregation or bracket whose parenthesis is open directly before it. */
  readonly caller: string;
}

/** Every selector with braces. The dashboards' queries have no braces inside of strings. */
export function selectorsOf(expr: string): readonly Selector[] {
  return [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^{}]*(?:\$\{[^}]*\}[^{}]*)*)\}(?:\[([^\]]+)\])?/g)]
    .filter(([, metric]) => metric !== undefined)
    .map(({ 1: metric = '', 2: matchers = '', 3: range, index }) => ({
      metric,
      matchers,
      ...(range === undefined ? {} : { range }),
      caller: /(\w*)(?: (?:by|without) \([^()]*\) )?\($/.exec(expr.slice(0, index))?.[1] ?? '',
    }));
}

const keywords = new Set([
  'and',
  'or',
  'unless',
  'on',
  'by',
  'bool',
  'offset',
  'ignoring',
  'group_left',
  'group_right',
]);

/** Metrics that stand without braces, and so without the matchers that every selector needs. */
export function bareMetricsOf(expr: string): readonly string[] {
  const rest = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""')
    .replaceAll(/[a-zA-Z_:][\w:]*\{[^{}]*\}/g, '')
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right) ?\([^()]*\)/g, '')
    .replaceAll(/\[[^\]]*\]/g, '');
  return [...rest.matchAll(/(?<![\w$])[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !keywords.has(name));
}
