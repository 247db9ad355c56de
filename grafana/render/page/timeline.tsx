import { dateTime, formattedValueToString, getDisplayProcessor, getFieldDisplayName } from '@grafana/data';
import type { ReactNode } from 'react';
import { drawnSeries, NoValue, type PanelProps } from './content.tsx';
import { fieldConfigOf } from './field-config.ts';

/** Grafana's packages have no state timeline, so it is drawn here: a bar for each stretch of equal values. */
export function Timeline(props: PanelProps): ReactNode {
  const { panel, frames, width, height, theme, range } = props;
  const rows = drawnSeries(frames);
  if (rows.length === 0) return <NoValue {...props} />;
  const opacity = (fieldConfigOf(panel).defaults.custom as { readonly fillOpacity: number }).fillOpacity / 100;
  const axis = 24;
  const longest = Math.max(...rows.map(({ frame, field }) => getFieldDisplayName(field, frame, frames).length));
  // About the width of a letter; the names take at most half of the panel.
  const names = Math.min(16 + 7 * longest, width / 2);
  const rowHeight = (height - axis) / rows.length;
  const [fromMs, toMs] = [range.from.valueOf(), range.to.valueOf()];
  const left = (ms: number) => names + ((ms - fromMs) / (toMs - fromMs)) * (width - names - 8);
  return (
    <svg
      width={width}
      height={height}
      style={{ font: `12px ${theme.typography.fontFamily}`, fill: theme.colors.text.primary }}
    >
      {rows.map(({ frame, field }, row) => {
        const display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
        const middle = row * rowHeight + rowHeight / 2 + 4;
        return (
          <g key={getFieldDisplayName(field, frame, frames) + String(row)}>
            <text x={names - 8} y={middle} textAnchor="end">
              {getFieldDisplayName(field, frame, frames)}
            </text>
            {stretches(frame.fields[0]?.values ?? [], field.values).map(({ fromMs: start, toMs: end, value }) => {
              const { color, ...text } = display(value);
              const barWidth = Math.max(1, left(end) - left(start));
              return (
                <g key={start}>
                  <rect
                    x={left(start)}
                    y={row * rowHeight + 1}
                    width={barWidth}
                    height={rowHeight - 2}
                    fill={color}
                    fillOpacity={opacity}
                  />
                  {barWidth > 60 && (
                    <text x={left(start) + 4} y={middle}>
                      {formattedValueToString(text)}
                    </text>
                  )}
                </g>
              );
            })}
          </g>
        );
      })}
      {[0, 0.25, 0.5, 0.75, 1].map((share) => (
        <text
          key={share}
          x={left(fromMs + share * (toMs - fromMs))}
          y={height - 4}
          textAnchor={share === 1 ? 'end' : 'middle'}
          fill={theme.colors.text.secondary}
        >
          {dateTime(fromMs + share * (toMs - fromMs))
            .utc()
            .format('HH:mm')}
        </text>
      ))}
    </svg>
  );
}

function stretches(times: readonly number[], values: readonly (number | null)[]) {
  const found: { fromMs: number; toMs: number; value: number }[] = [];
  const stepMs = Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
  for (const [index, value] of values.entries()) {
    const time = times[index] ?? 0;
    const last = found.at(-1);
    if (value === null || !Number.isFinite(value)) continue;
    if (last !== undefined && last.value === value && last.toMs >= time) last.toMs = time + stepMs;
    else found.push({ fromMs: time, toMs: time + stepMs, value });
  }
  return found;
}
