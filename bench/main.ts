/**
 * `npm run bench -- <name>`: the benchmarks by name. Each prints its table; figures are ratios within one run wherever
 * that is possible, because the machine decides the rest.
 */
const benches = {
  exposition: () => import('./exposition/main.js'),
  polling: () => import('./polling/main.js'),
  simulator: () => import('./simulator/main.js'),
  outage: () => import('./outage/main.js'),
  cluster: () => import('./cluster/main.js'),
  sessions: () => import('./sessions/main.js'),
  webhooks: () => import('./webhooks/main.js'),
  page: () => import('./page/main.js'),
  alerting: () => import('./alerting/replay.js'),
  'alerting-cost': () => import('./alerting/cost.js'),
  'alerting-history': () => import('./alerting/history.js'),
  large: () => import('./large/main.js'),
  'cluster-scale': () => import('./cluster-scale/main.js'),
  'alerting-e2e': () => import('./alerting/end-to-end.js'),
  'alerting-mutants': () => import('./alerting/mutants.js'),
};

const name = process.argv[2] ?? '';
if (Object.hasOwn(benches, name)) {
  await benches[name as keyof typeof benches]();
} else {
  process.stderr.write(`bench: found ${JSON.stringify(name)}, expected one of ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
}
