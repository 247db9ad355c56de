import type { GrafanaTheme2, TimeRange } from '@grafana/data';
import type { UPlotConfigBuilder } from '@grafana/ui';
import { useLayoutEffect } from 'react';
import type { Mark } from '../dashboard-data.ts';

interface MarksProps {
  readonly config: UPlotConfigBuilder;
  readonly marks: readonly Mark[];
  readonly range: TimeRange;
  readonly theme: GrafanaTheme2;
}

/** Draws annotations on a graph. Grafana's own plug-in for them is not part of its packages. */
export function Marks({ config, marks, range, theme }: MarksProps): null {
  useLayoutEffect(() => {
    config.addHook('draw', (plot) => {
      const { ctx, bbox } = plot;
      const [first, last] = [range.from.valueOf(), range.to.valueOf()];
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      for (const { fromMs, toMs, color } of marks) {
        const left = plot.valToPos(Math.max(fromMs, first), 'x', true);
        const right = plot.valToPos(Math.min(toMs, last), 'x', true);
        ctx.fillStyle = theme.visualization.getColorByName(color);
        ctx.globalAlpha = 0.1;
        ctx.fillRect(left, bbox.top, right - left, bbox.height);
        ctx.globalAlpha = 1;
        ctx.fillRect(left, bbox.top, 1, bbox.height);
        ctx.fillRect(left, bbox.top + bbox.height - 4, Math.max(4, right - left), 4);
      }
      ctx.restore();
    });
  }, [config]);
  return null;
}
