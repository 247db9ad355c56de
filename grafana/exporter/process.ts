import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { stat } from '../panels/stat.ts';
import { table, unit } from '../panels/table.ts';
import { byInstance, ofExporter, ofProcess } from '../queries/exporter.ts';

const size = { width: 8, height: 8 } as const;

export const process: Row = {
  title: 'Process',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'CPU',
      description: 'Share of one core that the process uses.',
      unit: 'percentunit',
      noValue: 'Not scraped in this time range',
      min: 0,
      queries: [{ expr: `rate(${ofProcess('process_cpu_seconds_total')}[$__rate_interval])`, legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Memory',
      description: 'Resident memory of the process, and the part that the JavaScript heap uses.',
      unit: 'bytes',
      noValue: 'Not scraped in this time range',
      min: 0,
      queries: [
        { expr: ofProcess('process_resident_memory_bytes'), legend: 'Resident {{instance}}' },
        { expr: ofProcess('nodejs_heap_size_used_bytes'), legend: 'Heap {{instance}}' },
      ],
    }),
    graph({
      ...size,
      title: 'Event loop lag',
      description: 'The 99th percentile of the event loop lag. Scrapes and calls are delayed by this time.',
      unit: 's',
      noValue: 'Not scraped in this time range',
      min: 0,
      queries: [{ expr: ofProcess('nodejs_eventloop_lag_p99_seconds'), legend: byInstance }],
    }),
    graph({
      ...size,
      width: 6,
      title: 'Garbage collection',
      description: 'Share of the time that the process spends on garbage collection.',
      unit: 'percentunit',
      noValue: 'No garbage collection in this time range',
      min: 0,
      queries: [
        {
          expr: `sum by (instance) (rate(${ofProcess('nodejs_gc_duration_seconds_sum')}[$__rate_interval]))`,
          legend: byInstance,
        },
      ],
    }),
    graph({
      ...size,
      width: 6,
      title: 'Open file descriptors',
      description: 'Open files and connections of the process.',
      unit: 'short',
      noValue: 'Not available on this platform',
      min: 0,
      queries: [{ expr: ofProcess('process_open_fds'), legend: byInstance }],
    }),
    stat({
      width: 4,
      height: 8,
      title: 'UserSig expires',
      description:
        'The earliest time at which a UserSig expires. With a secret key, the exporter renews it automatically.',
      unit: 'dateTimeFromNow',
      noValue: 'No UserSig',
      expr: `min(${ofExporter('user_sig_expiry_timestamp_seconds')}) * 1000`,
    }),
    table({
      ...size,
      title: 'Versions',
      description: 'Version of the exporter and of Node.js, and the start time of each process.',
      unit: 'none',
      noValue: 'No process',
      queries: [
        {
          expr:
            `max by (instance, version, node_version) (${ofProcess('tencent_live_exporter_build_info')} ` +
            `* on (job, instance) group_left () ${ofProcess('process_start_time_seconds')}) * 1000`,
        },
      ],
      columns: [
        { field: 'instance', heading: 'Instance', properties: [{ id: 'custom.minWidth', value: 100 }] },
        { field: 'version', heading: 'Version', width: 80 },
        { field: 'node_version', heading: 'Node', width: 80 },
        { field: 'Value #A', heading: 'Started', width: 105, properties: [unit('dateTimeFromNow')] },
      ],
      sortBy: 'Instance',
      ascending: true,
    }),
  ],
};
