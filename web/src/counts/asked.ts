// Which counts are asked for, as the address holds it, and sums over what the service tells. Pure.

import type { Schema } from "../api/client";
import { type Day, isoDay, trend } from "../situation/figures";

export type Overall = Schema["OverallCountsView"];
export type Figures = Pick<Overall["total"], "detected" | "unreviewed" | "confirmed" | "dismissed" | "unclear">;

export const FIGURES = ["detected", "unreviewed", "confirmed", "dismissed", "unclear"] as const;
export const SPANS = [7, 30, 90, 365] as const;
const SPAN = 30;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export interface Asked {
  days: number | null; // up to today; null: from and to are given
  from: string;
  to: string;
  enterprise: string | null;
  site: string | null;
  code: string | null;
}

// The days up to today, and tomorrow with them: some site's calendar may be there already.
export function askedOf(query: URLSearchParams, now: Date): Asked {
  const place = { enterprise: query.get("enterprise"), site: query.get("site"), code: query.get("code") };
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  if (DAY.test(from) && DAY.test(to)) return { ...place, days: null, from, to };
  const days = SPANS.find((span) => String(span) === query.get("days")) ?? SPAN;
  const before = (count: number) => isoDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - count));
  return { ...place, days, from: before(days - 1), to: before(-1) };
}

export interface CodeSum extends Figures {
  code: string;
}

// The most confirmed first, then the most detected.
export function byCode(days: Overall["days"]): CodeSum[] {
  const sums = new Map<string, CodeSum>();
  for (const each of days) {
    const sum = sums.get(each.code) ?? { code: each.code, ...none() };
    sum.detected += each.unreviewed + each.confirmed + each.dismissed + each.unclear;
    sum.unreviewed += each.unreviewed;
    sum.confirmed += each.confirmed;
    sum.dismissed += each.dismissed;
    sum.unclear += each.unclear;
    sums.set(each.code, sum);
  }
  return [...sums.values()].sort(
    (one, other) =>
      other.confirmed - one.confirmed || other.detected - one.detected || one.code.localeCompare(other.code),
  );
}

const none = (): Figures => ({ detected: 0, unreviewed: 0, confirmed: 0, dismissed: 0, unclear: 0 });

// Bars: by day as long as they can be told apart, else by month, named by its first day.
export const MOST_BARS = 92;

export function bars(days: Overall["days"], from: string, to: string): { bars: Day[]; isByMonth: boolean } {
  const all = trend(days, from, to);
  const last = all.at(-1);
  const isEmpty = (day: Day) => day.unreviewed + day.confirmed + day.dismissed + day.unclear === 0;
  const told = last && isEmpty(last) ? all.slice(0, -1) : all;
  if (told.length <= MOST_BARS) return { bars: told, isByMonth: false };
  const months = new Map<string, Day>();
  for (const day of told) {
    const month = `${day.day.slice(0, 7)}-01`;
    const sum = months.get(month) ?? { day: month, unreviewed: 0, confirmed: 0, dismissed: 0, unclear: 0 };
    for (const name of ["unreviewed", "confirmed", "dismissed", "unclear"] as const) sum[name] += day[name];
    months.set(month, sum);
  }
  return { bars: [...months.values()], isByMonth: true };
}

// For spreadsheets: a row for each day and code. The mark at its beginning tells Excel that it is UTF-8.
export function table(days: Overall["days"], heads: readonly string[], nameOf: (code: string) => string): string {
  const cell = (text: string | number) =>
    /[",\n]/.test(String(text)) ? `"${String(text).replaceAll('"', '""')}"` : text;
  const rows = days.map((each) => [
    each.day,
    each.code,
    nameOf(each.code),
    each.unreviewed + each.confirmed + each.dismissed + each.unclear,
    each.unreviewed,
    each.confirmed,
    each.dismissed,
    each.unclear,
  ]);
  return `\uFEFF${[heads, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}
