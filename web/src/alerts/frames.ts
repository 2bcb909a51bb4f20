// How long one frame of a clip lasts, found out from the times of the frames that were shown.

export const ASSUMED_FRAME_SECONDS = 1 / 15;
const SHORTEST_SECONDS = 1 / 120;
const LONGEST_SECONDS = 2;

// The usual distance between times (seconds, in any order); a browser leaves frames out, so the smaller ones count.
export function frameSeconds(times: readonly number[]): number {
  const sorted = [...new Set(times)].sort((one, other) => one - other);
  const gaps = sorted
    .slice(1)
    .map((time, place) => time - (sorted[place] ?? 0))
    .filter((gap) => gap >= SHORTEST_SECONDS && gap <= LONGEST_SECONDS)
    .sort((one, other) => one - other);
  return gaps[Math.floor(gaps.length / 4)] ?? ASSUMED_FRAME_SECONDS;
}

// Where to go for one frame on (1) or back (-1): the middle of that frame, so that rounding does not stay on this one.
export function stepTo(now: number, by: 1 | -1, frame: number, duration: number): number {
  const wanted = (Math.floor(now / frame + 1e-6) + by + 0.5) * frame;
  return Math.min(Math.max(0, wanted), Math.max(0, duration - frame / 2));
}
