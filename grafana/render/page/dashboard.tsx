import { type DataFrame, dateTime, type GrafanaTheme2, type InterpolateFunction, type TimeRange } from '@grafana/data';
import { PanelChrome } from '@grafana/ui';
import { Component, type CSSProperties, type ReactNode } from 'react';
import { type DashboardData, expanded, type RenderedPanel } from '../dashboard-data.ts';
import { PanelContent } from './panel.tsx';

/** How the dashboard is drawn. */
export interface Look {
  /** Of the panels, in pixels. */
  readonly width: number;
  readonly theme: 'light' | 'dark';
  /** Draws the panels of collapsed rows too. */
  readonly opensRows: boolean;
}

/** Grafana's grid, in pixels. */
const grid = { columns: 24, rowHeight: 30, gap: 8 } as const;
const padding = 16;

interface DashboardProps {
  readonly data: DashboardData;
  readonly frames: ReadonlyMap<number, DataFrame[]>;
  readonly look: Look;
  readonly theme: GrafanaTheme2;
  readonly replaceVariables: InterpolateFunction;
}

export function Dashboard({ data, frames, look, theme, replaceVariables }: DashboardProps): ReactNode {
  const { dashboard, fromMs, toMs, variables, marks } = data;
  const panels = look.opensRows ? expanded(dashboard.panels) : dashboard.panels;
  const from = dateTime(fromMs).utc();
  const to = dateTime(toMs).utc();
  const range: TimeRange = { from, to, raw: { from, to } };
  const rows = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <div
      data-dashboard
      style={{
        boxSizing: 'border-box',
        width: look.width + 2 * padding,
        padding,
        background: theme.colors.background.canvas,
        color: theme.colors.text.primary,
        fontFamily: theme.typography.fontFamily,
      }}
    >
      <header style={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 8, height: 32, marginBottom: 16 }}>
        <b style={{ fontSize: 16 }}>{dashboard.title}</b>
        {Object.values(variables)
          .filter(({ isHidden }) => !isHidden)
          .map(({ label, text }) => (
            <Chip key={label} theme={theme}>
              <span style={{ color: theme.colors.text.secondary }}>{label}</span> {text}
            </Chip>
          ))}
        <Chip
          theme={theme}
        >{`${from.format('YYYY-MM-DD HH:mm')} to ${to.format(to.isSame(from, 'day') ? 'HH:mm' : 'YYYY-MM-DD HH:mm')} UTC`}</Chip>
        <span style={{ marginLeft: 'auto', color: theme.colors.text.secondary, fontSize: 12 }}>
          offline preview with Grafana&rsquo;s components
        </span>
      </header>
      <div style={{ position: 'relative', height: rows * (grid.rowHeight + grid.gap) - grid.gap }}>
        {panels.map((panel) => {
          const place = placeOf(panel, look.width);
          if (panel.type === 'row') return <RowHeading key={panel.id} panel={panel} place={place} />;
          return (
            <div key={panel.id} data-panel={panel.id} style={{ position: 'absolute', ...place }}>
              <PanelChrome
                title={panel.title}
                description={panel.description}
                width={place.width}
                height={place.height}
                displayMode={panel.transparent === true ? 'transparent' : 'default'}
              >
                {(width, height) => (
                  <ErrorText>
                    <PanelContent
                      panel={panel}
                      frames={frames.get(panel.id) ?? []}
                      width={width}
                      height={height}
                      theme={theme}
                      range={range}
                      marks={marks}
                      replaceVariables={replaceVariables}
                    />
                  </ErrorText>
                )}
              </PanelChrome>
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function placeOf({ gridPos: { x, y, w, h } }: RenderedPanel, width: number): Place {
  const column = (width + grid.gap) / grid.columns;
  const row = grid.rowHeight + grid.gap;
  return { left: x * column, top: y * row, width: w * column - grid.gap, height: h * row - grid.gap };
}

function RowHeading({ panel, place }: { readonly panel: RenderedPanel; readonly place: Place }): ReactNode {
  const style: CSSProperties = {
    position: 'absolute',
    ...place,
    display: 'flex',
    alignItems: 'center',
    fontWeight: 500,
  };
  const isClosed = panel.collapsed === true;
  const count = isClosed ? ` (${String(panel.panels?.length ?? 0)} panels)` : '';
  return <div style={style}>{`${isClosed ? '›' : '⌄'} ${panel.title}${count}`}</div>;
}

function Chip({ theme, children }: { readonly theme: GrafanaTheme2; readonly children: ReactNode }): ReactNode {
  const style = {
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: 2,
    padding: '4px 8px',
    fontSize: 12,
    background: theme.colors.background.primary,
  };
  return <span style={style}>{children}</span>;
}

/** Keeps the error of one panel from hiding all others. */
class ErrorText extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <pre data-error>{this.state.error.message}</pre>;
  }
}
