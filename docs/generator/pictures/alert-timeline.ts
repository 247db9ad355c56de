/** One sample, in Unix seconds. */
export interface Point {
  readonly seconds: number;
  readonly value: number;
}

/** What Prometheus recorded of an alert on one room. Each list is in the order of time, and may have gaps. */
export interface AlertHistory {
  readonly title: string;
  readonly audience: readonly Point[];
  readonly baseline: readonly Point[];
  readonly threshold: readonly Point[];
  /** While the alert fired. */
  readonly firing: readonly Point[];
  /** When the exporter noticed the loss; undefined if it did not. */
  readonly lossStartSeconds: number | undefined;
}

const width = 960;
const height = 360;
const plot = { left: 64, right: 944, top: 80, bottom: 312 };

/** In Grafana, too, a gap of more than a minute ends a line. */
const gapSeconds = 60;

const style = `text { font: 13px system-ui, sans-serif; fill: #1a1a1a } .title { font-size: 15px; font-weight: 600 } .axis { fill: #5c5c5c }
.end { text-anchor: end } path { fill: none; stroke-width: 2 } .audience { stroke: #1d4ed8 } .baseline { stroke: #15803d }
.threshold { stroke: #8a5300; stroke-dasharray: 6 4 } .grid { stroke: #8884 } .mark { stroke: #5c5c5c; stroke-dasharray: 2 3 } .firing { fill: #b91c1c22 } .back { fill: #fff }
text.audience, text.baseline, text.threshold { stroke: none } text.audience { fill: #1d4ed8 } text.baseline { fill: #15803d } text.threshold { fill: #8a5300 }
@media (prefers-color-scheme: dark) { text { fill: #ececec } .axis { fill: #a8abb2 } .audience { stroke: #93c5fd } .baseline { stroke: #4ade80 } .threshold { stroke: #facc15 }
.mark { stroke: #a8abb2 } .firing { fill: #fca5a533 } .back { fill: #16181c } text.audience { fill: #93c5fd } text.baseline { fill: #4ade80 } text.threshold { fill: #facc15 } }`;

/** Draws what happened as an SVG, in light or dark colours as the reader prefers. */
export function alertTimeline(history: AlertHistory): string {
  const { audience, baseline, threshold, firing, lossStartSeconds } = history;
  const firstSeconds = audience[0]?.seconds ?? 0;
  const lastSeconds = audience.at(-1)?.seconds ?? firstSeconds + 1;
  const largest = Math.max(1, ...[...audience, ...baseline].map(({ value }) => value)) * 1.05;
  const x = (seconds: number) =>
    round(plot.left + ((seconds - firstSeconds) / (lastSeconds - firstSeconds)) * (plot.right - plot.left));
  const y = (value: number) => round(plot.bottom - (value / largest) * (plot.bottom - plot.top));
  const line = (name: string, points: readonly Point[]) =>
    `<path class="${name}" d="${points.map((point, index) => `${isGap(points[index - 1], point) ? 'M' : 'L'}${x(point.seconds)} ${y(point.value)}`).join('')}"/>`;
  const fired = firing[0]?.seconds;
  const resolved = firing.at(-1)?.seconds;
  const later =
    fired === undefined || lossStartSeconds === undefined ? '' : `, ${fired - Math.round(lossStartSeconds)} s later`;
  const marks = [
    { seconds: lossStartSeconds, text: 'viewers leave' },
    { seconds: fired, text: `fires${later}` },
    { seconds: resolved, text: 'resolved' },
  ].flatMap(({ seconds, text }) => (seconds === undefined ? [] : [{ seconds, text }]));
  const mark = ({ seconds, text }: (typeof marks)[number], index: number) => {
    const at = x(seconds);
    const top = plot.top - 24 + index * 14;
    const isLeft = at < width / 2;
    return `<path class="mark" d="M${at} ${top}V${plot.bottom}"/><text ${isLeft ? '' : 'class="end" '}x="${at + (isLeft ? 4 : -4)}" y="${top + 10}">${clock(seconds)} ${text}</text>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(history.title)}">
<style>${style}</style>
<rect class="back" width="${width}" height="${height}"/>
<text class="title" x="${plot.left}" y="20">${escape(history.title)}</text>
${fired === undefined || resolved === undefined ? '' : `<rect class="firing" x="${x(fired)}" y="${plot.top}" width="${round(x(resolved) - x(fired))}" height="${plot.bottom - plot.top}"/>`}
${gridOf(largest)
  .map(
    (value) =>
      `<path class="grid" d="M${plot.left} ${y(value)}H${plot.right}"/><text class="axis end" x="${plot.left - 8}" y="${y(value) + 4}">${value.toLocaleString('en')}</text>`,
  )
  .join('\n')}
${minutesOf(firstSeconds, lastSeconds)
  .map(
    (seconds) =>
      `<text class="axis" text-anchor="middle" x="${x(seconds)}" y="${plot.bottom + 20}">${clock(seconds).slice(0, 5)}</text>`,
  )
  .join('\n')}
${line('threshold', threshold)}${line('baseline', baseline)}${line('audience', audience)}
${marks.map(mark).join('\n')}
<text class="audience" x="${plot.left}" y="${height - 8}">online members</text><text class="baseline" x="${plot.left + 130}" y="${height - 8}">usual audience</text><text class="threshold" x="${plot.left + 260}" y="${height - 8}">threshold of the alert</text>
<text class="axis end" x="${plot.right}" y="${height - 8}">UTC, simulated rooms</text>
</svg>
`;
}

function isGap(before: Point | undefined, point: Point): boolean {
  return before === undefined || point.seconds - before.seconds > gapSeconds;
}

/** Four or so round numbers. */
function gridOf(largest: number): readonly number[] {
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  return Array.from({ length: Math.floor(largest / step) + 1 }, (_, index) => index * step);
}

/** Every second full minute. */
function minutesOf(firstSeconds: number, lastSeconds: number): readonly number[] {
  const first = Math.ceil(firstSeconds / 120) * 120;
  return Array.from({ length: Math.floor((lastSeconds - first) / 120) + 1 }, (_, index) => first + index * 120);
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
