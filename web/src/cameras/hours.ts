// Hours of a zone as a form holds them: one of five rules, and a week for two of them. Null: the zone always holds.

import type { Schema, ZoneType } from "../api/client";
import { inOrder, type Stretch, stretchesOf, USUAL, weekText } from "../registry/week";
import type { Say } from "../words/say";

export type ZoneHours = Schema["ZoneHoursBody"];

export const RULES = ["always", "while_open", "while_closed", "in_week", "outside_week"] as const;
export type Rule = (typeof RULES)[number];

// What must not be seen is covered at all times.
export const mayHaveHours = (type: ZoneType): boolean => type !== "private" && type !== "screen";

export function ruleOf(hours: ZoneHours | null): Rule {
  if (hours === null) return "always";
  if (hasWeek(hours)) return hours.holds === "in_hours" ? "in_week" : "outside_week";
  return hours.holds === "in_hours" ? "while_open" : "while_closed";
}

// A week that was there stays where the other rule has one too.
export function hoursBy(rule: Rule, before: ZoneHours | null): ZoneHours | null {
  if (rule === "always") return null;
  const holds = rule === "while_open" || rule === "in_week" ? "in_hours" : "outside_hours";
  if (rule === "while_open" || rule === "while_closed") return { holds, hours: [] };
  return { holds, hours: before && hasWeek(before) ? (before.hours ?? []) : USUAL.map((one) => ({ ...one })) };
}

export const withWeek = (hours: ZoneHours, week: readonly Stretch[]): ZoneHours => ({
  ...hours,
  hours: week.map((one) => ({ ...one })),
});

const hasWeek = (hours: ZoneHours): boolean => (hours.hours?.length ?? 0) > 0;

// Times come with seconds and are typed without.
export const sameHours = (one: ZoneHours | null, other: ZoneHours | null): boolean => told(one) === told(other);

export const told = (hours: ZoneHours | null): string =>
  JSON.stringify(hours && [hours.holds, inOrder(stretchesOf(hours))]);

export const isHalfTyped = (hours: ZoneHours | null): boolean =>
  (hours?.hours ?? []).some((one) => !one.start || !one.end);

export const ruleName = (say: Say, rule: Rule): string =>
  ({
    always: say("始终", "Always"),
    while_open: say("场所营业时间内", "While the site is open"),
    while_closed: say("场所营业时间外", "While the site is closed"),
    in_week: say("以下时段内", "In these hours"),
    outside_week: say("以下时段外", "Outside these hours"),
  })[rule];

export function zoneHoursText(say: Say, hours: ZoneHours | null): string {
  const rule = ruleOf(hours);
  if (hours === null || rule === "always" || !hasWeek(hours)) return ruleName(say, rule);
  const week = weekText(say, stretchesOf(hours));
  return rule === "in_week" ? say(`仅 ${week}`, `only ${week}`) : say(`除 ${week} 外`, `but for ${week}`);
}

// A mask that sleeps hides nothing; any other zone that sleeps is not looked at, and that is never good news.
export const asleepText = (say: Say, type: ZoneType): string =>
  type === "ignored" ? say("此刻不遮挡", "no mask now") : say("此刻不看", "not looked at now");
