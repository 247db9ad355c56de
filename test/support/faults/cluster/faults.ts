import { type ClusterUnderTest, fiveMinutesApart } from './cluster-under-test.ts';

export interface ClusterFault {
  /** Completes "…: ". */
  readonly title: string;
  /** Whether apps must be taken over. Otherwise each of them is polled all the time. */
  readonly takesOver: boolean;
  /** Resolves when the cause of the fault is over. */
  readonly inject: (cluster: ClusterUnderTest) => Promise<void>;
}

/** 40 s at the default lease. */
const pauseLeases = 2.7;

export const clusterFaults = {
  stop: {
    title: 'one replica is stopped (SIGTERM) and started again',
    takesOver: false,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      await one.stop();
      await cluster.exportedBy([two, three]);
      await cluster.startReplica(one);
    },
  },
  roll: {
    title: 'all replicas are restarted (SIGTERM), one after the other',
    takesOver: false,
    inject: async (cluster) => {
      for (const replica of cluster.replicas) {
        await replica.stop();
        await cluster.startReplica(replica);
        await cluster.balanced();
      }
    },
  },
  join: {
    title: 'a fourth replica joins, and leaves again (SIGTERM)',
    takesOver: false,
    inject: async (cluster) => {
      await cluster.startReplica(cluster.newcomer);
      await cluster.balanced();
      await cluster.newcomer.stop();
    },
  },
  kill: {
    title: 'one replica is killed, taken over from, and started again',
    takesOver: true,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      await one.kill();
      await cluster.exportedBy([two, three]);
      await cluster.startReplica(one);
    },
  },
  'kill-restart': {
    title: 'one replica is killed, and started again at once',
    takesOver: true,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      await one.kill();
      await cluster.startReplica(one);
    },
  },
  'kill-two': {
    title: 'two replicas are killed, taken over from, and started again',
    takesOver: true,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      await Promise.all([one.kill(), two.kill()]);
      await cluster.exportedBy([three]);
      await Promise.all([cluster.startReplica(one), cluster.startReplica(two)]);
    },
  },
  'kill-all': {
    title: 'all replicas are killed, and started again at once',
    takesOver: true,
    inject: async (cluster) => {
      await Promise.all(cluster.replicas.map((replica) => replica.kill()));
      await Promise.all(cluster.replicas.map((replica) => cluster.startReplica(replica)));
    },
  },
  'kill-forever': {
    title: 'one replica is killed and does not return until its isolation would be over',
    takesOver: true,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      await one.kill();
      await cluster.settled();
      await cluster.startReplica(one);
    },
  },
  'kill-in-handover': {
    title: 'one replica is killed while it hands over, and so is another one',
    takesOver: true,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      const stopped = one.stop();
      await cluster.leases(0.02);
      await Promise.all([one.kill(), two.kill(), stopped]);
      await cluster.exportedBy([three]);
      await Promise.all([cluster.startReplica(one), cluster.startReplica(two)]);
    },
  },
  pause: {
    title: 'one replica is paused (SIGSTOP) for 2.7 leases, and continues (SIGCONT)',
    takesOver: true,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      one.pause();
      await cluster.leases(pauseLeases);
      one.resume();
    },
  },
  'pause-briefly': {
    title: 'one replica is paused (SIGSTOP) for about a lease, three times',
    takesOver: true,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      for (const leases of [0.9, 1, 1.1]) {
        one.pause();
        await cluster.leases(leases);
        one.resume();
        await cluster.leases(0.2);
      }
    },
  },
  clocks: {
    title: 'the clocks of two replicas are five minutes apart, and one of the two is killed',
    takesOver: true,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      for (const [index, replica] of [one, two].entries()) {
        await replica.stop();
        await cluster.startReplica(replica, fiveMinutesApart[index]);
      }
      await cluster.balanced();
      await one.kill();
      await cluster.exportedBy([two, three]);
      await cluster.startReplica(one);
      await two.stop();
      await cluster.startReplica(two);
    },
  },
  'redis-restart': {
    title: 'Redis is killed, and started again at once with its data',
    takesOver: false,
    inject: async ({ redis }) => {
      await redis.kill();
      await redis.start('all');
    },
  },
  'redis-down': {
    title: 'Redis is killed, and started again after the leases are over with its data',
    takesOver: false,
    inject: async (cluster) => {
      await cluster.redis.kill();
      await cluster.isolated(cluster.replicas);
      await cluster.redis.start('all');
    },
  },
  'redis-snapshot': {
    title: 'Redis is killed, and started again with a snapshot from before a replica joined',
    takesOver: false,
    inject: async (cluster) => {
      await cluster.redis.command('SAVE');
      await cluster.startReplica(cluster.newcomer);
      await cluster.balanced();
      await cluster.redis.kill();
      await cluster.redis.start('snapshot');
      await cluster.settled();
      await cluster.newcomer.stop();
    },
  },
  'redis-empty': {
    title: 'Redis is killed, and started again without its data',
    takesOver: false,
    inject: async ({ redis }) => {
      await redis.kill();
      await redis.start('none');
    },
  },
  'redis-flush': {
    title: 'the data of Redis is deleted (FLUSHALL)',
    takesOver: false,
    inject: async ({ redis }) => {
      await redis.command('FLUSHALL');
    },
  },
  'redis-flush-kill': {
    title: 'the data of Redis is deleted, and a replica is killed before it can claim its apps again',
    takesOver: true,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      one.pause();
      await cluster.redis.command('FLUSHALL');
      await one.kill();
      await cluster.exportedBy([two, three]);
      await cluster.startReplica(one);
    },
  },
  'redis-pause': {
    title: 'Redis is paused (SIGSTOP) until the leases are over, and continues',
    takesOver: false,
    inject: async (cluster) => {
      cluster.redis.pause();
      await cluster.isolated(cluster.replicas);
      cluster.redis.resume();
    },
  },
  'cut-one': {
    title: 'one replica cannot reach Redis (connections are reset) until its apps are taken over',
    takesOver: false,
    inject: (cluster) => partition(cluster, 'cut'),
  },
  'silence-one': {
    title: 'packets between one replica and Redis are lost until its apps are taken over, and then delivered',
    takesOver: false,
    inject: (cluster) => partition(cluster, 'silent'),
  },
  'unanswered-one': {
    title: 'one replica does not get the responses of Redis until its lease is over',
    takesOver: false,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      cluster.connect([one], 'unanswered');
      await cluster.isolated([one]);
      await cluster.leases(1);
      cluster.connect([one], 'open');
    },
  },
  'slow-one': {
    title: 'packets between one replica and Redis take a fifth of a lease, for three leases',
    takesOver: false,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      cluster.connect([one], 'slow');
      await cluster.leases(3);
      cluster.connect([one], 'open');
    },
  },
  'flapping-one': {
    title: 'the connection of one replica to Redis is reset every third of a lease, for three leases',
    takesOver: false,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      for (const state of ['cut', 'open', 'silent', 'open', 'cut', 'open', 'unanswered', 'open', 'cut'] as const) {
        cluster.connect([one], state);
        await cluster.leases(1 / 3);
      }
      cluster.connect([one], 'open');
    },
  },
  'cut-all': {
    title: 'no replica can reach Redis until the leases are over, and a lease longer',
    takesOver: false,
    inject: async (cluster) => {
      cluster.connect(cluster.replicas, 'cut');
      await cluster.isolated(cluster.replicas);
      await cluster.leases(1);
      cluster.connect(cluster.replicas, 'open');
    },
  },
  'silence-all': {
    title: 'packets between all replicas and Redis are lost until the leases are over, and then delivered',
    takesOver: false,
    inject: async (cluster) => {
      cluster.connect(cluster.replicas, 'silent');
      await cluster.isolated(cluster.replicas);
      await cluster.leases(1);
      cluster.connect(cluster.replicas, 'open');
    },
  },
  'cut-one-after-other': {
    title: 'one replica cannot reach Redis until its apps are taken over, and right after that another one',
    takesOver: false,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      await partition(cluster, 'cut');
      cluster.connect([two], 'cut');
      await cluster.exportedBy([one, three]);
      cluster.connect([two], 'open');
    },
  },
  'cut-two': {
    title: 'one replica cannot reach Redis, and later neither can one that has taken its apps over',
    takesOver: false,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      cluster.connect([one], 'cut');
      await cluster.exportedBy([two, three]);
      cluster.connect([two], 'cut');
      await cluster.exportedBy([three]);
      cluster.connect([one, two], 'open');
    },
  },
  'cut-and-kill': {
    title: 'one replica cannot reach Redis, and one that has taken its apps over is killed',
    takesOver: true,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      cluster.connect([one], 'cut');
      await cluster.exportedBy([two, three]);
      await two.kill();
      await cluster.exportedBy([three]);
      await cluster.startReplica(two);
      cluster.connect([one], 'open');
    },
  },
  'cut-and-empty': {
    title: 'one replica cannot reach Redis, and after its apps are taken over Redis loses its data',
    takesOver: false,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      cluster.connect([one], 'cut');
      await cluster.exportedBy([two, three]);
      await cluster.redis.kill();
      await cluster.redis.start('none');
      await cluster.leases(2);
      cluster.connect([one], 'open');
    },
  },
  'cut-and-flush': {
    title: 'the data of Redis is deleted just after one replica can no longer reach it',
    takesOver: false,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      cluster.connect([one], 'cut');
      await cluster.redis.command('FLUSHALL');
      await cluster.exportedBy([two, three]);
      cluster.connect([one], 'open');
    },
  },
  'cut-and-restart': {
    title: 'one replica cannot reach Redis, and is restarted before it can',
    takesOver: false,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      cluster.connect([one], 'cut');
      await cluster.exportedBy([two, three]);
      await one.stop();
      await cluster.startReplica(one);
      await cluster.leases(0.5);
      cluster.connect([one], 'open');
    },
  },
  'silence-and-stop': {
    title: 'one replica is stopped (SIGTERM) and started again while packets between it and Redis are lost',
    takesOver: true,
    inject: async (cluster) => {
      const [one, two, three] = cluster.replicas;
      cluster.connect([one], 'silent');
      await one.stop();
      await cluster.startReplica(one);
      await cluster.exportedBy([two, three]);
      cluster.connect([one], 'open');
    },
  },
  'cut-until-isolation-ends': {
    title: 'one replica cannot reach Redis until its isolation is over',
    takesOver: false,
    inject: async (cluster) => {
      const [one] = cluster.replicas;
      cluster.connect([one], 'cut');
      await cluster.exportsNothing(one);
      await cluster.leases(1);
      cluster.connect([one], 'open');
    },
  },
} as const satisfies Readonly<Record<string, ClusterFault>>;

export type ClusterFaultName = keyof typeof clusterFaults;

async function partition(cluster: ClusterUnderTest, state: 'cut' | 'silent'): Promise<void> {
  const [one, two, three] = cluster.replicas;
  cluster.connect([one], state);
  await cluster.exportedBy([two, three]);
  cluster.connect([one], 'open');
}
