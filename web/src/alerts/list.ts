// A list of alerts that the feed changes: pure, so that it is the same for ten alerts and for ten thousand.

import type { AlertState, AlertView, RiskClass } from "../api/client";

// What a row shows. The list and the feed tell it in the same words.
export type Row = Pick<
  AlertView,
  | "alert_id"
  | "sequence"
  | "state"
  | "reviewed"
  | "code"
  | "class"
  | "name_zh"
  | "name_en"
  | "enterprise_id"
  | "enterprise_name"
  | "site_id"
  | "site_name"
  | "camera_id"
  | "camera_name"
  | "zone_name"
  | "local_day"
  | "raised_at"
  | "started_at"
  | "ended_at"
  | "evidence"
>;

export type Step = Row & { step: string; at: string };

export interface Filter {
  states: readonly string[];
  classes: readonly string[];
  codes: readonly string[];
  enterprise: string | null;
  site: string | null;
  camera: string | null;
  open: boolean | null;
  from: string | null;
  to: string | null;
}

export interface Page {
  items: Row[];
  next: string | null;
}

export const NO_FILTER: Filter = {
  states: [],
  classes: [],
  codes: [],
  enterprise: null,
  site: null,
  camera: null,
  open: null,
  from: null,
  to: null,
};

// Still to be judged by a person. An address without a filter shows these.
export const TO_REVIEW: readonly string[] = ["raised", "acknowledged"];

const LISTS = [
  ["state", "states"],
  ["class", "classes"],
  ["code", "codes"],
] as const;
const SINGLES = ["enterprise", "site", "camera", "from", "to"] as const;
const ANY_STATE = "any";

// The filter that an address holds. Without a word about states it is what is to be reviewed.
export function filterOf(query: URLSearchParams): Filter {
  const states = query.getAll("state");
  const open = query.get("open");
  return {
    states: states.length === 0 ? TO_REVIEW : states.filter((state) => state !== ANY_STATE),
    classes: query.getAll("class"),
    codes: query.getAll("code"),
    enterprise: query.get("enterprise"),
    site: query.get("site"),
    camera: query.get("camera"),
    open: open === null ? null : open === "true",
    from: query.get("from"),
    to: query.get("to"),
  };
}

// The shortest address of a filter: what `filterOf` reads back as the same.
export function queryOf(filter: Filter): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, field] of LISTS) for (const value of filter[field]) query.append(name, value);
  if (sameSet(filter.states, TO_REVIEW)) query.delete("state");
  if (filter.states.length === 0) query.append("state", ANY_STATE);
  for (const name of SINGLES) if (filter[name]) query.set(name, filter[name]);
  if (filter.open !== null) query.set("open", String(filter.open));
  return query;
}

export function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value) => other.includes(value));
}

export function matches(row: Row, filter: Filter): boolean {
  const isAmong = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);
  return (
    isAmong(filter.states, row.state) &&
    isAmong(filter.classes, row.class) &&
    isAmong(filter.codes, row.code) &&
    (filter.enterprise === null || row.enterprise_id === filter.enterprise) &&
    (filter.site === null || row.site_id === filter.site) &&
    (filter.camera === null || row.camera_id === filter.camera) &&
    (filter.open === null || (row.ended_at === null) === filter.open) &&
    (filter.from === null || row.local_day >= filter.from) &&
    (filter.to === null || row.local_day <= filter.to)
  );
}

// The pages after a step. A known alert is shown as it is now, also where it no longer matches, so that nothing leaves
// under the hand of whoever judges; a new one that matches comes first. What is older than what is known changes nothing.
export function withStep(pages: readonly Page[], step: Step, filter: Filter): readonly Page[] {
  for (const [number, page] of pages.entries()) {
    const place = page.items.findIndex((row) => row.alert_id === step.alert_id);
    const known = page.items[place];
    if (known === undefined) continue;
    if (known.sequence >= step.sequence) return pages;
    return pages.with(number, { ...page, items: page.items.with(place, rowOf(step)) });
  }
  const first = pages[0];
  if (first === undefined || step.step !== "raised" || !matches(step, filter)) return pages;
  return pages.with(0, { ...first, items: [rowOf(step), ...first.items] });
}

export function rowOf(known: Row): Row {
  return {
    alert_id: known.alert_id,
    sequence: known.sequence,
    state: known.state,
    reviewed: known.reviewed,
    code: known.code,
    class: known.class,
    name_zh: known.name_zh,
    name_en: known.name_en,
    enterprise_id: known.enterprise_id,
    enterprise_name: known.enterprise_name,
    site_id: known.site_id,
    site_name: known.site_name,
    camera_id: known.camera_id,
    camera_name: known.camera_name,
    zone_name: known.zone_name,
    local_day: known.local_day,
    raised_at: known.raised_at,
    started_at: known.started_at,
    ended_at: known.ended_at,
    evidence: known.evidence,
  };
}

export const placeOf = (row: Row): string =>
  [row.enterprise_name, row.site_name, row.camera_name, row.zone_name].filter(Boolean).join(" · ") || row.camera_id;

export type { AlertState, RiskClass };
