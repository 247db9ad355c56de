import type { Audiences } from '../../status/audience-samples.ts';
import { formatCount } from './format.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The line of the last hour, from 0 to its largest value. A time without a known value is a gap. */
function path(values: Audiences, { width, height }: Size): string {
  const known = values.filter((value) => value !== undefined);
  const largest = Math.max(1, ...known);
  const x = (index: number) => Math.round((index / Math.max(1, values.length - 1)) * width);
  // Half of the line is above its middle.
  const y = (value: number) => Math.round(height - 1 - (value / largest) * (height - 2));
  return values
    .map((value, index) => {
      if (value === undefined) return '';
      // Without a length, only the round ends of the line are drawn: a dot.
      const isAlone = values[index - 1] === undefined && values[index + 1] === undefined;
      const point = `${x(index)} ${y(value)}${isAlone ? 'h0' : ''}`;
      return values[index - 1] === undefined ? `M${point}` : ` ${point}`;
    })
    .join('');
}

/** The small line in the row of a room. Assistive technology reads the range, because the row has the present value. */
export function sparkline(values: Audiences): string {
  if (values.every((value) => value === undefined)) return '';
  const size = { width: 96, height: 22 };
  return `<svg class="spark" viewBox="0 0 96 22" role="img" aria-label="${range(values)}"><path d="${path(values, size)}"/></svg>`;
}

/** The line on the page of a room, with its axes. */
export function chart(values: Audiences): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '<p>No audience was known in the last hour.</p>\n';
  const size = { width: 600, height: 120 };
  return `<figure><span>${formatCount(Math.max(...known))}</span><svg class="chart" viewBox="0 0 600 120" role="img" aria-label="${range(values)}"><path d="${path(values, size)}"/></svg>
<figcaption><span>an hour ago</span> <span>viewers, every 150 s</span> <span>now</span></figcaption></figure>
`;
}

function range(values: Audiences): string {
  const known = values.filter((value) => value !== undefined);
  return `Last hour: ${formatCount(Math.min(...known))} to ${formatCount(Math.max(...known))}`;
}
