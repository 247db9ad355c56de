import type { PollingObserver } from '../../src/polling/observer.ts';

/** Does nothing with any event of polling. */
export const silentObserver: PollingObserver = {
  collectionFinished: () => {},
  collectionSkipped: () => {},
  callFinished: () => {},
  callRetried: () => {},
  fieldIgnored: () => {},
  roomsDeferred: () => {},
  rateLimitWaited: () => {},
  domainSwitched: () => {},
};
