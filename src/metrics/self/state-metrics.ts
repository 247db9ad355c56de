import { Counter, Gauge, type Registry } from 'prom-client';

/** What happened to the saved states of apps. */
export interface StateEvents {
  readonly restored: (event: { readonly sdkAppId: number; readonly rooms: number }) => void;
  readonly written: (event: { readonly sdkAppId: number; readonly bytes: number; readonly atMs: number }) => void;
  readonly failed: (event: { readonly sdkAppId: number; readonly operation: 'read' | 'write' }) => void;
  /** The app is polled by another replica now, which exports these gauges. */
  readonly moved: (event: { readonly sdkAppId: number }) => void;
}

/** The metrics of the saved state; they appear with the first event, since without `state.path` there is none. */
export function createStateMetrics(registry: Registry): StateEvents {
  const options = (name: string, help: string) => ({
    name: `tencent_live_exporter_state_${name}`,
    help,
    labelNames: ['sdk_app_id'],
    registers: [registry],
  });
  const writtenAt = new Gauge(
    options('last_write_success_timestamp_seconds', 'Unix time at which the state was last written.'),
  );
  const bytes = new Gauge(options('bytes', 'Size of the saved state.'));
  const restoredRooms = new Gauge(options('restored_rooms', 'Rooms that were restored at the start.'));
  const failures = {
    write: new Counter(options('write_failures_total', 'Writes of the state that failed.')),
    read: new Counter(options('read_failures_total', 'States that could not be read, and were set aside.')),
  };
  return {
    restored: ({ sdkAppId, rooms }) => restoredRooms.set({ sdk_app_id: sdkAppId }, rooms),
    written: ({ sdkAppId, bytes: size, atMs }) => {
      writtenAt.set({ sdk_app_id: sdkAppId }, atMs / 1000);
      bytes.set({ sdk_app_id: sdkAppId }, size);
      failures.write.inc({ sdk_app_id: sdkAppId }, 0);
    },
    failed: ({ sdkAppId, operation }) => failures[operation].inc({ sdk_app_id: sdkAppId }),
    moved: ({ sdkAppId }) => {
      for (const gauge of [writtenAt, bytes, restoredRooms]) gauge.remove({ sdk_app_id: sdkAppId });
    },
  };
}
