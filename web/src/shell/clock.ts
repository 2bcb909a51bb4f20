// What time it is by the service. A screen's clock may be wrong by hours, and then what is old would look fresh.

const SLACK_MS = 2_000; // further off than this one of the clocks was put right, or the screen slept

/** The service's clock as its answers tell it, carried on by a clock of the screen that only goes forward. */
export class ServiceClock {
  private aheadMs: number | null = null;
  private readonly monotonic: () => number;
  private readonly wall: () => number;

  constructor(monotonic: () => number = () => performance.now(), wall: () => number = () => Date.now()) {
    this.monotonic = monotonic;
    this.wall = wall;
  }

  /** An answer came that says when it was made (ISO 8601). The quickest answers are nearest to the truth. */
  heard(madeAt: string | null): void {
    const made = Date.parse(madeAt ?? "");
    if (Number.isNaN(made)) return;
    const ahead = made - this.monotonic();
    const isOff = this.aheadMs === null || Math.abs(ahead - this.aheadMs) > SLACK_MS;
    if (isOff || ahead > (this.aheadMs ?? 0)) this.aheadMs = ahead;
  }

  /** Milliseconds since 1970; the screen's own clock before the first answer. */
  now(): number {
    return this.aheadMs === null ? this.wall() : this.aheadMs + this.monotonic();
  }
}

export const serviceClock = new ServiceClock();
export const serviceNow = (): number => serviceClock.now();
export const secondsSince = (iso: string): number => (serviceNow() - new Date(iso).getTime()) / 1000;

/** How old something is now, of which the service said how old it was. `heardAtMs`: of the monotonic clock. */
export function grown(ageSeconds: number, heardAtMs: number, nowMs = performance.now()): number {
  return ageSeconds + Math.max(0, nowMs - heardAtMs) / 1000;
}
