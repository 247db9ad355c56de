import { byInstance, ofProcess } from '../queries/exporter.ts';
import { graph } from '../panels/graph.ts';
import { table, unit } from '../panels/table.ts';
import type { Row } from '../dashboard.ts';

const size = { width: 8, height: 8 } as const;

export const process: Row = {
  title: 'Process',
  panels: [
    graph({
      ...size,
      title: 'CPU',
      description: 'Share of one core that the process uses.',
      unit: 'percentunit',
      noValue: 'Not scraped in this time',
      min: 0,
      queries: [{ expr: `rate(${ofProcess('process_cpu_seconds_total')}[$__rate_interval])`, legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Memory',
      description: 'Memory of the process that is in RAM, and the part of it that the heap of JavaScript uses.',
      unit: 'bytes',
      noValue: 'Not scraped in this time',
      min: 0,
      queries: [
        { expr: ofProcess('process_resident_memory_bytes'), legend: 'Resident {{instance}}' },
        { expr: ofProcess('nodejs_heap_size_used_bytes'), legend: 'Heap {{instance}}' },
      ],
    }),
    graph({
      ...size,
      title: 'Delay of the event loop',
      description: 'The delay of the event loop that 99 % of the turns stay below. Scrapes and calls wait as long.',
      unit: 's',
      noValue: 'Not scraped in this time',
      min: 0,
      queries: [{ expr: ofProcess('nodejs_eventloop_lag_p99_seconds'), legend: byInstance }],
    }),
    graph({
      ...size,
      title: 'Garbage collection',
      description: 'Share of the time that the process spends collecting garbage.',
      unit: 'percentunit',
      noValue: 'No garbage collected in this time',
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
      title: 'Open file descriptors',
      description: 'Files and connections that the process has open.',
      unit: 'short',
      noValue: 'The platform does not tell',
      min: 0,
      queries: [{ expr: ofProcess('process_open_fds'), legend: byInstance }],
    }),
    table({
      ...size,
      title: 'Versions',
      description: 'Version of the exporter and of Node, and how long ago each process started.',
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
        { field: 'instance', heading: 'Instance' },
        { field: 'version', heading: 'Version' },
        { field: 'node_version', heading: 'Node' },
        { field: 'Value #A', heading: 'Started', properties: [unit('dateTimeFromNow')] },
      ],
      sortBy: 'Instance',
      ascending: true,
    }),
  ],
};
