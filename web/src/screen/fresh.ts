// Whether what a wall shows is of now. A screen that nobody touches must say itself when it is not.

import type { FeedState } from "../feed/follow";

export const OLD_SECONDS = 90; // three times as long as figures are asked for anew

export type Freshness =
  | { is: "fresh" }
  | { is: "none" } // nothing has come yet
  | { is: "old"; since: number }; // milliseconds since 1970: of when the figures are

// `updated` is when figures came last (0: never), `lostAt` when the feed was lost (null: it is there). All in milliseconds.
export function freshness(state: FeedState, updated: number, lostAt: number | null, now: number): Freshness {
  if (updated === 0) return { is: "none" };
  if (state !== "live" && lostAt !== null) return { is: "old", since: Math.min(updated, lostAt) };
  return now - updated > OLD_SECONDS * 1000 ? { is: "old", since: updated } : { is: "fresh" };
}
