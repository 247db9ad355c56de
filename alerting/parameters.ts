/**
 * Every number of the rules. Times are in minutes of the rules' clock: `secondsPerMinute` is 60 in production and less
 * where a test cannot wait.
 */
export interface RuleParameters {
  /** Value of the label `job` in prometheus.yml: an exporter that is gone has no other label left. */
  readonly job: string;
  readonly secondsPerMinute: number;
  readonly audience: AudienceParameters;
  readonly platform: PlatformParameters;
  readonly vanished: VanishedParameters;
  readonly exporter: ExporterParameters;
}

/** When the audience of one room has dropped. The rules are evaluated once a minute, so a sample is a minute. */
export interface AudienceParameters {
  /** A value is used only if the API gave it less than this ago: rooms that wait longer for a call move in steps. */
  readonly freshWithinMinutes: number;
  /** Samples that the level, the mean of the newest ones, is made of. */
  readonly levelSamples: number;
  /** Samples that the baseline is the median of. */
  readonly baselineSamples: number;
  /** How many of them must be there. */
  readonly baselineSamplesAtLeast: number;
  /** The newest of them is this old, so that a drop does not sink its own baseline. */
  readonly baselineDelayMinutes: number;
  /** Below this share of the baseline the level has dropped. */
  readonly dropRatio: number;
  /** And no single sample of the level is above this share: two minutes of a glitch are not three of a drop. */
  readonly highestSampleRatio: number;
  /** And below this share of the lowest of some samples some minutes ago: who leaves slowly is no incident. */
  readonly suddenRatio: number;
  readonly suddenAgoMinutes: number;
  /** An audience that has won back this share of its loss since the lowest sample of the level is reconnecting. */
  readonly recoveryShare: number;
  /** And this many standard deviations of a count: small rooms jump by as much when nothing happens. */
  readonly recoveryDeviations: number;
  /** Rooms with a smaller baseline never alert. */
  readonly baselineAtLeast: number;
  /** The drop is more than this many standard deviations of a count of the baseline's size. */
  readonly noiseDeviations: number;
  /** Of the newest samples, how many must be there: after a gap nobody knows when the audience went. */
  readonly healthySamples: number;
  readonly healthySamplesAtLeast: number;
  /** For so long after its end a room's audience raises nothing, also if the room returns. */
  readonly endedWithinMinutes: number;
  /** A room that was created anew has the baseline of its former life for so long. */
  readonly createdWithinMinutes: number;
  readonly keepFiringMinutes: number;
  /** Zeros of the source last up to 4 minutes. */
  readonly zeroForMinutes: number;
  /** A room without anybody matters if its baseline was large enough within this time. */
  readonly zeroAfterAudienceWithinMinutes: number;
  /** For so long after its end or its creation a room may be empty; longer than the time above and the baseline's memory. */
  readonly zeroInNewLifeMinutes: number;
}

/** When many rooms drop at once. */
export interface PlatformParameters {
  /** Sum of the levels against the sum of the baselines of the same rooms. */
  readonly dropRatio: number;
  /** More than this share of the rooms that can be judged drop. */
  readonly roomsShare: number;
  readonly roomsAtLeast: number;
  /** Longer than the rooms' own: the last rooms that drop must not outlive what holds their alerts back. */
  readonly keepFiringMinutes: number;
}

/** When a room is gone though nothing told its end. */
export interface VanishedParameters {
  /** The room had an audience within this time. */
  readonly audienceWithinMinutes: number;
  readonly goneMinutes: number;
  readonly forMinutes: number;
  /** Restarts, reloads and full limits within this time explain an absence. */
  readonly explainedWithinMinutes: number;
}

/** When the exporter itself is at fault. */
export interface ExporterParameters {
  readonly downForMinutes: number;
  /** A collection is stale beyond this age … */
  readonly staleMinutes: number;
  /** … and beyond this many of its intervals, and of its durations where those are longer. */
  readonly staleIntervals: number;
  readonly refusedWithinMinutes: number;
  /** Hours of true time: a signature that the exporter makes itself is never closer to its end than 12. */
  readonly userSigExpiryHours: number;
  readonly throttledWithinMinutes: number;
  /** Share of the calls of a command that the API refuses as too frequent. */
  readonly throttledShare: number;
  readonly scheduleWithinMinutes: number;
  /** Share of the firings that found the collection before them still running. */
  readonly skippedShare: number;
  /** A state that lasts shorter is not reported: reloads, starts. */
  readonly lastingMinutes: number;
}

export const defaultParameters: RuleParameters = {
  job: 'tencent-live',
  secondsPerMinute: 60,
  audience: {
    freshWithinMinutes: 1.5,
    levelSamples: 3,
    baselineSamples: 16,
    baselineSamplesAtLeast: 12,
    baselineDelayMinutes: 3,
    dropRatio: 0.6,
    highestSampleRatio: 0.75,
    suddenRatio: 0.65,
    suddenAgoMinutes: 5,
    recoveryShare: 0.06,
    recoveryDeviations: 3,
    baselineAtLeast: 30,
    noiseDeviations: 4,
    healthySamples: 6,
    healthySamplesAtLeast: 5,
    endedWithinMinutes: 30,
    createdWithinMinutes: 21,
    keepFiringMinutes: 10,
    zeroForMinutes: 5,
    zeroAfterAudienceWithinMinutes: 30,
    zeroInNewLifeMinutes: 45,
  },
  platform: { dropRatio: 0.7, roomsShare: 0.5, roomsAtLeast: 3, keepFiringMinutes: 15 },
  vanished: { audienceWithinMinutes: 20, goneMinutes: 5, forMinutes: 5, explainedWithinMinutes: 30 },
  exporter: {
    downForMinutes: 3,
    staleMinutes: 5,
    staleIntervals: 3,
    refusedWithinMinutes: 3,
    userSigExpiryHours: 6,
    throttledWithinMinutes: 10,
    throttledShare: 0.01,
    scheduleWithinMinutes: 30,
    skippedShare: 0.5,
    lastingMinutes: 15,
  },
};
