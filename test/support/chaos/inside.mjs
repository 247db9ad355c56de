// Loaded into the daemon before its own modules: uses the name server of a test, counts the lookups that are pending, and reports
// them with the memory that is in use when the test asks for it.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { getHeapStatistics } from 'node:v8';

const nameServer = process.env['TEST_NAME_SERVER'];
let pendingLookups = 0;

const SystemResolver = dns.promises.Resolver;
dns.promises.Resolver = class extends SystemResolver {
  constructor(options) {
    super(options);
    if (nameServer !== undefined) this.setServers([nameServer]);
  }
  resolve4 = (host) => counted(super.resolve4(host));
  resolve6 = (host) => counted(super.resolve6(host));
};
const systemLookup = dns.lookup;
dns.lookup = (...args) => {
  const callback = args.pop();
  pendingLookups += 1;
  systemLookup(...args, (...result) => {
    pendingLookups -= 1;
    callback(...result);
  });
};
syncBuiltinESMExports();

async function counted(lookup) {
  pendingLookups += 1;
  try {
    return await lookup;
  } finally {
    pendingLookups -= 1;
  }
}

process.on('message', () => {
  globalThis.gc();
  // Unlike process.memoryUsage(), this opens no file: there may be no descriptor left.
  process.send({ pendingLookups, heapBytes: getHeapStatistics().used_heap_size });
});
process.channel.unref();
