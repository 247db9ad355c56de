import { createTheme, type DataFrame, type InterpolateFunction, ThemeContext } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import type { DrawnPanel } from '../checks.ts';
import { type DashboardData, expanded } from '../dashboard-data.ts';
import { Dashboard, type Look } from './dashboard.tsx';
import { preparedFrames, registerTransformations } from './field-config.ts';
import { framesOf, withGaps } from './frames.ts';
import { drawnPanels } from './measure.ts';

declare global {
  interface Window {
    /** Replaces what the page shows. Returns how it is drawn. */
    draw: (data: DashboardData, look: Look) => Promise<readonly DrawnPanel[]>;
  }
}

/** A document that has not changed for this time is drawn. */
const quietMs = 250;

await initPluginTranslations('grafana-ui');
registerTransformations();
let root = createRoot(document.body);

window.draw = async (data, look) => {
  const theme = createTheme({ colors: { mode: look.theme } });
  const replaceVariables: InterpolateFunction = (text) => text;
  const frames = new Map<number, DataFrame[]>();
  for (const panel of expanded(data.dashboard.panels)) {
    const prepared = await preparedFrames(panel, framesOf(data.responses[panel.id] ?? []), { theme, replaceVariables });
    frames.set(panel.id, panel.type === 'timeseries' ? prepared.map((frame) => withGaps(frame, data)) : prepared);
  }
  // Grafana's components keep state, for example the widths of columns.
  root.unmount();
  root = createRoot(document.body);
  const drawn = quiet();
  root.render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Dashboard data={data} frames={frames} look={look} theme={theme} replaceVariables={replaceVariables} />
    </ThemeContext.Provider>,
  );
  await drawn;
  return look.opensRows ? drawnPanels(data.dashboard) : [];
};

/** Resolves when the document has changed, and then has not changed for a while. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        observer.disconnect();
        resolve();
      }, quietMs);
    });
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
