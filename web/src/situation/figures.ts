// What the situation page counts: pure sums over what the service told.

import type { Row } from "../alerts/list";
import type { CodeView, DayView, RiskClass } from "../api/client";

export const CLASSES: readonly RiskClass[] = ["I", "II", "III", "ops"];

// The first to look at: the more urgent class first, then what has waited longest.
export function mostUrgent(rows: readonly Row[], most: number): Row[] {
  const rank = (row: Row) => CLASSES.indexOf(row.class);
  return [...rows]
    .sort((one, other) => rank(one) - rank(other) || one.raised_at.localeCompare(other.raised_at))
    .slice(0, most);
}

export interface Day {
  day: string;
  unreviewed: number;
  confirmed: number;
  dismissed: number;
  unclear: number;
}

export function days(from: string, to: string): string[] {
  const all: string[] = [];
  for (
    const day = new Date(`${from}T00:00:00Z`);
    day.toISOString().slice(0, 10) <= to;
    day.setUTCDate(day.getUTCDate() + 1)
  )
    all.push(day.toISOString().slice(0, 10));
  return all;
}

// Every day of the range, also those without an alert.
export function trend(counts: readonly DayView[], from: string, to: string): Day[] {
  const known = new Map(
    days(from, to).map((day) => [day, { day, unreviewed: 0, confirmed: 0, dismissed: 0, unclear: 0 }]),
  );
  for (const count of counts) {
    const day = known.get(count.day);
    if (!day) continue;
    day.unreviewed += count.unreviewed;
    day.confirmed += count.confirmed;
    day.dismissed += count.dismissed;
    day.unclear += count.unclear;
  }
  return [...known.values()];
}

export interface CodeCount {
  code: string;
  confirmed: number;
  unreviewed: number;
}

export function byCode(counts: readonly DayView[], codes: readonly CodeView[]): CodeCount[] {
  const sums = new Map<string, CodeCount>();
  for (const count of counts) {
    const sum = sums.get(count.code) ?? { code: count.code, confirmed: 0, unreviewed: 0 };
    sum.confirmed += count.confirmed;
    sum.unreviewed += count.unreviewed;
    sums.set(count.code, sum);
  }
  const known = new Set(codes.map((code) => code.code));
  return [...sums.values()]
    .filter((sum) => sum.confirmed + sum.unreviewed > 0 && (known.size === 0 || known.has(sum.code)))
    .sort((one, other) => other.confirmed - one.confirmed || other.unreviewed - one.unreviewed);
}

export const isoDay = (date: Date): string =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

export function daysBefore(now: Date, count: number): string {
  return isoDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - count));
}

// The last days up to today, and tomorrow where some site's calendar is there already and something was found.
export function lastDays(counts: readonly DayView[], now: Date, count: number): Day[] {
  const tomorrow = daysBefore(now, -1);
  const all = trend(counts, daysBefore(now, count - 1), tomorrow);
  const last = all.at(-1);
  return last && last.unreviewed + last.confirmed + last.dismissed + last.unclear === 0 ? all.slice(0, -1) : all;
}
