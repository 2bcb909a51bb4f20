// Opening hours as a form holds them: a week of stretches, or none for a place that is open all day.

import type { Schema } from "../api/client";
import type { Say } from "../words/say";

export type Schedule = Schema["ScheduleBody"];
export interface Stretch {
  weekday: number; // 0 is Monday
  start: string;
  end: string;
}

export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;

export const weekdayName = (say: Say, weekday: number): string =>
  say(`周${"一二三四五六日"[weekday]}`, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][weekday] ?? "");

export const stretchesOf = (timed: Pick<Schedule, "hours">): Stretch[] =>
  (timed.hours ?? []).map(({ weekday, start, end }) => ({ weekday, start: start.slice(0, 5), end: end.slice(0, 5) }));

// For reading, comparing and storing. While somebody types, each stretch keeps its place: a row must not run away.
export const inOrder = (hours: readonly Stretch[]): Stretch[] =>
  hours.toSorted((one, other) => one.weekday - other.weekday || one.start.localeCompare(other.start));

// The hours that one begins with: every day as restaurants are often open.
export const USUAL: readonly Stretch[] = WEEKDAYS.map((weekday) => ({ weekday, start: "09:00", end: "21:00" }));

// Days and holidays that the form does not show stay as they were.
export const withHours = (schedule: Schedule, hours: readonly Stretch[]): Schedule => ({
  ...schedule,
  hours: hours.map((one) => ({ ...one })),
});

// The hours in a few words; days in a row with the same hours are told together.
export function hoursText(say: Say, schedule: Schedule): string {
  const hours = stretchesOf(schedule);
  return hours.length === 0 ? say("全天", "All day") : weekText(say, hours);
}

export function weekText(say: Say, hours: readonly Stretch[]): string {
  const sorted = inOrder(hours);
  const ofDay = (weekday: number) =>
    sorted
      .filter((one) => one.weekday === weekday)
      .map((one) => `${one.start}–${one.end}`)
      .join(say("、", ", "));
  const runs: { from: number; to: number; text: string }[] = [];
  for (const weekday of WEEKDAYS) {
    const text = ofDay(weekday) || say("休息", "closed");
    const last = runs.at(-1);
    if (last?.text === text) last.to = weekday;
    else runs.push({ from: weekday, to: weekday, text });
  }
  return runs
    .map(({ from, to, text }) => {
      const first = weekdayName(say, from);
      const days = from === to ? first : `${first}${say("至", "–")}${weekdayName(say, to)}`;
      return `${from === 0 && to === 6 ? say("每天", "Daily") : days} ${text}`;
    })
    .join(say("；", "; "));
}
