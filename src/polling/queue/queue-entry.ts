import type { Collection } from '../collections/collection.ts';
import type { Visit } from './request-queue-options.ts';
import { Turn } from './poll-queue.ts';

/** A room in a queue, from its first demand until it is forgotten. */
export class Item extends Turn {
  state: 'idle' | 'queued' | 'calling' | 'backing off' = 'idle';
  /** Only while a visit is under way. */
  ongoing: Ongoing | undefined = undefined;
  collection: Collection | undefined = undefined;
}

/** A visit under way. */
export interface Ongoing {
  readonly visit: Visit;
  /** Tries of the present call, and how many of them failed because the UserSig had expired. */
  tries: number;
  expired: number;
}
