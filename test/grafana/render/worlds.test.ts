import { describe, expect, it } from '@jest/globals';
import { expanded, type RenderedPanel } from '../../../grafana/render/dashboard-data.ts';
import { seriesOf } from '../../../grafana/render/worlds/series.ts';
import { textsOf } from '../../../grafana/render/worlds/recording.ts';
import { templateOf } from '../../../grafana/render/worlds/template.ts';
import { worlds } from '../../../grafana/render/worlds/worlds.ts';
import { recorded } from '../../../grafana/recorded-series.ts';

const template = templateOf(`# HELP tencent_live_app_info
tencent_live_app_info{sdk_app_id="1400000001",name="demo",region="custom"} 1
tencent_live_online_members{sdk_app_id="1400000001"} 100
process_open_fds 20
tencent_live_room_online_members{sdk_app_id="1400000001",room_id="few series"} 40
tencent_live_room_online_members{sdk_app_id="1400000001",room_id="a \\"room\\""} 60
tencent_live_room_leaves_total{sdk_app_id="1400000001",room_id="a \\"room\\"",cause="leave"} 5
tencent_live_room_info{sdk_app_id="1400000001",room_id="a \\"room\\"",room_name="It, too"} 1
`);

describe('The worlds in which dashboards are drawn', () => {
  it('The template has the labels of an exporter without those of its apps and rooms', () => {
    expect(template).toEqual({
      ofProcess: [{ metric: 'process_open_fds', labels: '', value: 20 }],
      ofApp: [
        { metric: 'tencent_live_app_info', labels: 'region="custom"', value: 1 },
        { metric: 'tencent_live_online_members', labels: '', value: 100 },
      ],
      ofRoom: [
        { metric: 'tencent_live_room_online_members', labels: '', value: 60 },
        { metric: 'tencent_live_room_leaves_total', labels: 'cause="leave"', value: 5 },
        { metric: 'tencent_live_room_info', labels: '', value: 1 },
      ],
    });
  });

  it('The worlds have every series of the rules that a dashboard draws', () => {
    const metrics = new Set(worlds.flatMap((world) => seriesOf(world, template)).map(({ metric }) => metric));
    expect(Object.values(recorded).filter((name) => !metrics.has(name))).toEqual([]);
  });

  it('A total is the sum of the rooms, and both are absent while an app is down', () => {
    for (const world of worlds) {
      const series = seriesOf(world, template);
      for (const { sdkAppId, failure } of world.apps) {
        const valuesAt = (metric: string, ago: number) =>
          series
            .filter((each) => each.metric === metric && each.labels.includes(`sdk_app_id="${sdkAppId}"`))
            .flatMap(({ valueAt }) => valueAt(ago, 0) ?? []);
        for (const ago of [350, 60, 0]) {
          const [total] = valuesAt('tencent_live_online_members', ago);
          const rooms = valuesAt('tencent_live_room_online_members', ago);
          const isDown = failure !== undefined && ago < failure.since;
          expect([total, rooms.length === 0]).toEqual(
            isDown ? [undefined, true] : [rooms.reduce((sum, value) => sum + value, 0), world.name === 'no rooms'],
          );
        }
      }
    }
  });

  it('Only series that dashboards draw are recorded, and those of the room dashboard only for the shown room', () => {
    const queries = { ofAllRooms: 'tencent_live_online_members', ofShownRoom: 'tencent_live_room_leaves_total' };
    const lines = [...textsOf(worlds, template, queries)].flatMap((text) => text.split('\n'));
    const recordedSeries = lines.flatMap(
      (line) => /^(\w+)\{job="(.*?)",.*?(?:room_id="(.*?)",|\} )/.exec(line)?.slice(1).join() ?? [],
    );
    expect([...new Set(recordedSeries)]).toEqual(
      worlds.flatMap(({ name, shownRoom: { roomId } }) => [
        `tencent_live_online_members,${name},`,
        ...(roomId === '' ? [] : [`tencent_live_room_leaves_total,${name},${roomId}`]),
      ]),
    );
  });
});

describe('The rows of a dashboard', () => {
  const panel = (id: number, y: number, others: Partial<RenderedPanel> = {}): RenderedPanel => ({
    id,
    type: 'stat',
    title: String(id),
    gridPos: { x: 0, y, w: 12, h: 4 },
    ...others,
  });
  const row = { type: 'row', collapsed: true };

  it('Panels of collapsed rows are drawn below their heading, and move what follows down', () => {
    const panels = [
      panel(1, 0),
      panel(2, 4, { ...row, gridPos: { x: 0, y: 4, w: 24, h: 1 }, panels: [panel(3, 5), panel(4, 9)] }),
      panel(5, 5, { ...row, gridPos: { x: 0, y: 5, w: 24, h: 1 }, panels: [panel(6, 6)] }),
    ];
    expect(expanded(panels).map(({ id, gridPos }) => [id, gridPos.y])).toEqual([
      [1, 0],
      [2, 4],
      [3, 5],
      [4, 9],
      [5, 13],
      [6, 14],
    ]);
  });
});
