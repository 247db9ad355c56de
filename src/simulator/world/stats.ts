/** Totals of a room since its creation. */
export interface RoomTotals {
  readonly viewers: number;
  readonly gifts: number;
  readonly giftCoins: number;
  readonly giftSenders: number;
  readonly likes: number;
  readonly messages: number;
}

/** Totals in step with the audience: shares of its viewer-seconds and of the entries, so that they never fall. */
export function totalsOf(entries: number, viewerSeconds: number): RoomTotals {
  const gifts = Math.floor(viewerSeconds / 2_400);
  return {
    viewers: Math.ceil(entries * 0.82),
    gifts,
    giftCoins: gifts * 10 + Math.floor(viewerSeconds / 36_000) * 500,
    // Most senders send again: their number grows slower than the gifts do.
    giftSenders: Math.floor(gifts ** 0.85),
    likes: Math.floor(viewerSeconds / 45),
    messages: Math.floor(viewerSeconds / 180),
  };
}
