/** What both the room list and the room info say of a room. An optional field is absent if the API did not give it: absent never means zero. */
export interface RoomFacts {
  readonly roomName?: string | undefined;
  /** Digit for digit, even if the API sends a bare integer beyond 2^53. */
  readonly ownerAccount?: string | undefined;
  /** Category tags, at most three, joined by commas. */
  readonly categories?: string | undefined;
  /** Unix seconds; absent if the API says 0. */
  readonly createTimeSeconds?: number | undefined;
  /** Defined by the operator of the app. */
  readonly activityStatus?: number | undefined;
  /** Entries since the room was created, cumulative. */
  readonly viewCount?: number | undefined;
}
