// What the enterprise pages compute: pure folds over what the service told. No figure is made up here.

import type {
  Credit,
  EnterpriseView,
  LeadEntry,
  LedgerCount,
  Me,
  PublicRecord,
  Reading,
  Repair,
  Snapshot,
} from "../api/client";
import type { Say } from "../words/say";

export type Shade = "red" | "orange" | "green" | "insufficient" | "new";
export const SHADES: readonly Shade[] = ["red", "orange", "insufficient", "new", "green"]; // what wants a look first

// How an enterprise stands: a colour where there is an index, and why there is none where there is not.
export function shadeOf(credit: Pick<Credit, "standing" | "colour">): Shade {
  if (credit.standing !== "known") return credit.standing;
  return credit.colour ?? "insufficient";
}

// By name or by the beginning of the credit code; upper and lower case are one.
export function found(enterprises: readonly EnterpriseView[], text: string): EnterpriseView[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...enterprises];
  return enterprises.filter(
    (one) =>
      one.name.toLowerCase().includes(wanted) ||
      one.credit_code.toLowerCase().startsWith(wanted) ||
      (one.region ?? "").startsWith(wanted),
  );
}

export interface Listed {
  enterprise: EnterpriseView;
  credit: Credit | undefined; // undefined: not known yet
}

// Red first and the lowest index first; what is not known yet comes last.
export function ordered(rows: readonly Listed[]): Listed[] {
  const rank = (row: Listed) => (row.credit ? SHADES.indexOf(shadeOf(row.credit)) : SHADES.length);
  const index = (row: Listed) => row.credit?.index ?? 101;
  return [...rows].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      index(one) - index(other) ||
      one.enterprise.name.localeCompare(other.enterprise.name, "zh-CN"),
  );
}

export function tally(rows: readonly Listed[]): Record<Shade, number> {
  const counts: Record<Shade, number> = { red: 0, orange: 0, insufficient: 0, new: 0, green: 0 };
  for (const row of rows) if (row.credit) counts[shadeOf(row.credit)] += 1;
  return counts;
}

export interface Fate {
  alertId: string;
  siteId: string;
  code: string;
  foundAt: string;
  kind: string; // the last word about it; "detected": nobody has judged it
  at: string;
  steps: { kind: string; at: string }[];
}

export const isUnreviewed = (fate: Pick<Fate, "kind">): boolean => fate.kind === "detected" || fate.kind === "expired";

// Ledger A by alert, newest first. The order in which entries come is no matter.
export function fates(entries: readonly LeadEntry[]): Fate[] {
  const known = new Map<string, Fate>();
  for (const entry of [...entries].sort((one, other) => one.number - other.number)) {
    const fate = known.get(entry.alert_id);
    const step = { kind: entry.kind, at: entry.at };
    if (fate === undefined)
      known.set(entry.alert_id, {
        alertId: entry.alert_id,
        siteId: entry.site_id,
        code: entry.code,
        foundAt: entry.at,
        kind: entry.kind,
        at: entry.at,
        steps: [step],
      });
    else {
      fate.steps.push(step);
      fate.kind = entry.kind;
      fate.at = entry.at;
    }
  }
  return [...known.values()].sort((one, other) => other.foundAt.localeCompare(one.foundAt));
}

export type CodeSum = Omit<LedgerCount, "day" | "site_id">;
export const COUNTED = [
  "detected",
  "unreviewed",
  "confirmed",
  "dismissed",
  "abstained",
  "expired",
  "set_aside",
  "rectified",
  "verified",
] as const satisfies readonly (keyof CodeSum)[];

export function byCode(counts: readonly LedgerCount[]): CodeSum[] {
  const sums = new Map<string, CodeSum>();
  for (const count of counts) {
    const { day: _day, site_id: _site, ...figures } = count;
    const sum = sums.get(count.code);
    if (sum === undefined) sums.set(count.code, { ...figures });
    else {
      for (const name of COUNTED) sum[name] += count[name];
      sum.reviewed += count.reviewed;
    }
  }
  return [...sums.values()].sort(
    (one, other) =>
      other.confirmed - one.confirmed || other.detected - one.detected || one.code.localeCompare(other.code),
  );
}

export interface Group {
  zh: string;
  en: string;
  deduction: number;
  readings: Reading[];
}

// Dimensions under their groups in the profile's order. All deductions and the index sum to 100.
export function grouped(readings: readonly Reading[]): Group[] {
  const groups = new Map<string, Group>();
  for (const reading of readings) {
    const group = groups.get(reading.group_en) ?? {
      zh: reading.group_zh,
      en: reading.group_en,
      deduction: 0,
      readings: [],
    };
    group.deduction += reading.deduction;
    group.readings.push(reading);
    groups.set(reading.group_en, group);
  }
  return [...groups.values()];
}

// One figure a day, the last that was told, oldest first.
export function told(snapshots: readonly Snapshot[]): Snapshot[] {
  const days = new Map<string, Snapshot>();
  for (const one of [...snapshots].sort((one, other) => one.made_at.localeCompare(other.made_at)))
    days.set(one.day, one);
  return [...days.values()].sort((one, other) => one.day.localeCompare(other.day));
}

export interface Change {
  day: string;
  from: string | null;
  to: string | null;
}

// Days on which the colour was another one than before; null where there was no colour.
export function changes(snapshots: readonly Snapshot[]): Change[] {
  const all = told(snapshots);
  return all.flatMap((one, place) => {
    const before = all[place - 1];
    return before && before.colour !== one.colour ? [{ day: one.day, from: before.colour, to: one.colour }] : [];
  });
}

// The same day so many days earlier. Days as "2026-11-27", without a clock or a zone.
export function daysEarlier(iso: string, count: number): string {
  const at = new Date(`${iso}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - count);
  return at.toISOString().slice(0, 10);
}

// Licences that are over or will be soon, as days that are left; null where there is no cause to say so.
export function licenceLeft(validTo: string | null, today: string, soonDays = 30): number | null {
  if (validTo === null) return null;
  const left = Math.round((Date.parse(`${validTo}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000);
  return left <= soonDays ? left : null;
}

// The number after which the next page of a ledger begins.
export function afterOf(next: string | null | undefined): number | null {
  const after = next ? new URL(next, "http://page").searchParams.get("after") : null;
  return after === null ? null : Number(after);
}

export interface RecordMoment {
  at: string;
  kind: string;
  words: string;
  record: PublicRecord;
}

// Ledger C as what happened, newest first: entering is a step as well.
export function recordSteps(records: readonly PublicRecord[]): RecordMoment[] {
  return records
    .flatMap((record) => [
      { at: record.entered_at, kind: "entered", words: "", record },
      ...record.steps.map((step) => ({ at: step.at, kind: step.kind, words: step.reason || step.basis, record })),
    ])
    .sort((one, other) => other.at.localeCompare(one.at));
}

export const LISTS = ["repairable", "not_yet", "expired"] as const;

// Answers by policy, each by list, in the order of LISTS.
export function byPolicy(repairs: readonly Repair[]): { policy: string; name: string; answers: Repair[] }[] {
  const policies = new Map<string, { policy: string; name: string; answers: Repair[] }>();
  for (const one of repairs) {
    const known = policies.get(one.policy) ?? { policy: one.policy, name: one.policy_zh, answers: [] };
    known.answers.push(one);
    policies.set(one.policy, known);
  }
  const rank = (one: Repair) => LISTS.indexOf(one.listed);
  for (const one of policies.values()) one.answers.sort((first, second) => rank(first) - rank(second));
  return [...policies.values()].sort((one, other) => one.policy.localeCompare(other.policy));
}

// Who may enter: as the service has it, officers only. An administrator enters none.
export const mayEnter = (me: Pick<Me, "permissions" | "role">): boolean =>
  me.permissions.includes("record") && me.role === "regulator";

export const MOST_DAYS = 1100;
export const MOST_HOURS = 100_000;

// A number that a person typed, kept within what the service takes.
export function within(text: string, most: number): number {
  const number = Math.round(Number(text));
  return Number.isFinite(number) ? Math.min(most, Math.max(0, number)) : 0;
}

// The nearest date first, those that are over before all others.
export function inOrder<T extends { on: string }>(dates: readonly T[]): T[] {
  return [...dates].sort((one, other) => one.on.localeCompare(other.on));
}

// Dates are many where much is open: a few that are overdue and the next ones, so that neither hides the other.
export function glimpse<T extends { on: string; days_left: number }>(dates: readonly T[], overdue = 3, ahead = 5): T[] {
  const ordered = inOrder(dates);
  return [
    ...ordered.filter((one) => one.days_left < 0).slice(0, overdue),
    ...ordered.filter((one) => one.days_left >= 0).slice(0, ahead),
  ];
}

export function left(say: Say, days: number): string {
  if (days < 0) return say(`已过 ${-days} 天`, `${-days} days over`);
  if (days === 0) return say("今天", "today");
  return say(`还有 ${days} 天`, `${days} days left`);
}

// Where the report of a day (2026-10-31) or month (2026-10) is fetched.
export function reportAddress(id: string, period: string, format: "pdf" | "xlsx", language: string): string {
  const query = new URLSearchParams({ period, format, language });
  return `/api/v1/enterprises/${encodeURIComponent(id)}/report?${query}`;
}
