import type { DrawnPanel } from '../checks.ts';
import { expanded, type RenderedDashboard, type RenderedPanel } from '../dashboard-data.ts';

/** Reads from the document how the panels of a dashboard are drawn. */
export function drawnPanels(dashboard: RenderedDashboard): readonly DrawnPanel[] {
  const top = document.querySelector('[data-dashboard]')?.getBoundingClientRect().top ?? 0;
  return expanded(dashboard.panels)
    .filter(({ type }) => type !== 'row')
    .map((panel) => {
      const element = document.querySelector<HTMLElement>(`[data-panel="${String(panel.id)}"]`);
      if (element === null) throw new Error(`found no panel ${panel.title} in the document`);
      return drawnPanel(panel, element, top);
    });
}

function drawnPanel(panel: RenderedPanel, element: HTMLElement, top: number): DrawnPanel {
  const { bottom, height } = element.getBoundingClientRect();
  const noValueTexts = textsForMissing(panel);
  const grids = [...element.querySelectorAll('[role=grid]')];
  // Tables and numbers have small graphs too.
  const plot = panel.type === 'timeseries' ? element.querySelector('.u-over') : null;
  const placeholders = leaves(element).filter((leaf) => noValueTexts.includes(leaf.textContent.trim()));
  const error = element.querySelector('[data-error]')?.textContent;
  return {
    title: panel.title,
    type: panel.type,
    bottom: bottom - top,
    height,
    noValue: panel.fieldConfig?.defaults.noValue ?? '',
    isEmpty: element.querySelector('[data-empty]') !== null,
    text: element.innerText,
    cells: grids.flatMap((grid) =>
      [...grid.querySelectorAll('[role=gridcell]')].map((cell) => cell.textContent.trim()),
    ),
    tables: grids.map(({ scrollWidth, clientWidth }) => ({ contentWidth: scrollWidth, width: clientWidth })),
    cutNumbers: grids.flatMap((grid) =>
      [...grid.querySelectorAll('[role=gridcell]')].filter(isCutAtStart).map(({ textContent }) => textContent),
    ),
    isTitleCut: [...element.querySelectorAll('h2')].some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
    noValueColors: placeholders.map((leaf) => getComputedStyle(leaf).color),
    ...(plot === null ? {} : { plotHeight: plot.getBoundingClientRect().height }),
    ...(error === undefined || error === null ? {} : { error }),
  };
}

function isCutAtStart(cell: Element): boolean {
  const content = document.createRange();
  content.selectNodeContents(cell);
  return content.getBoundingClientRect().left < cell.getBoundingClientRect().left - 1;
}

function leaves(element: Element): readonly Element[] {
  return [...element.querySelectorAll('*')].filter((each) => each.childElementCount === 0);
}

interface SpecialMapping {
  readonly type: string;
  readonly options: { readonly match?: string; readonly result?: { readonly text?: string } };
}

/** The panel's own text for an empty table or graph, and the names that it gives to null and NaN. */
export function textsForMissing({ fieldConfig }: RenderedPanel): readonly string[] {
  const { noValue, mappings = [] } = (fieldConfig?.defaults ?? {}) as {
    readonly noValue?: string;
    readonly mappings?: readonly SpecialMapping[];
  };
  const special = mappings.filter(({ type, options }) => type === 'special' && /null|nan/.test(options.match ?? ''));
  return [noValue, ...special.map(({ options }) => options.result?.text)].flatMap((text) => text ?? []);
}
