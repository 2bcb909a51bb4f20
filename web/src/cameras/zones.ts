// Zones while they are being drawn: pure steps with undo, and what has to be sent in the end.

import type { Point, ZoneType, ZoneView } from "../api/client";
import { mayHaveHours, sameHours, type ZoneHours } from "./hours";

export interface Draft {
  key: string; // of this page; the service gives ids
  zoneId: string | null; // null: new
  version: number | null;
  name: string;
  type: ZoneType;
  hours: ZoneHours | null; // null: always
  corners: readonly Point[];
}

export interface Drawing {
  zones: readonly Draft[];
  chosen: string | null;
  line: readonly Point[] | null; // corners of a zone that is not closed yet
}

export interface History {
  base: readonly ZoneView[]; // what was stored when the drawing began: what others stored since is theirs
  past: readonly Drawing[];
  now: Drawing;
  future: readonly Drawing[];
}

export const LEAST_CORNERS = 3;
const MOST_PAST = 200;
const CLOSE = 0.02; // fractions of the picture: a click this near to the first corner closes the zone

export function begin(zones: readonly ZoneView[]): History {
  const drafts = zones.map((zone) => ({
    key: zone.zone_id,
    zoneId: zone.zone_id,
    version: zone.version,
    name: zone.name,
    type: zone.type,
    hours: zone.hours,
    corners: zone.corners,
  }));
  return { base: zones, past: [], now: { zones: drafts, chosen: null, line: null }, future: [] };
}

export function does(history: History, now: Drawing): History {
  return { ...history, past: [...history.past, history.now].slice(-MOST_PAST), now, future: [] };
}

export function undo(history: History): History {
  const before = history.past.at(-1);
  if (!before) return history;
  return { ...history, past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future] };
}

export function redo(history: History): History {
  const [next, ...rest] = history.future;
  if (!next) return history;
  return { ...history, past: [...history.past, history.now], now: next, future: rest };
}

export const inside = (value: number): number => Math.min(1, Math.max(0, value));

export const at = (x: number, y: number): Point => ({ x: round(inside(x)), y: round(inside(y)) });

const round = (value: number) => Math.round(value * 10_000) / 10_000;

export function isNear(one: Point, other: Point, close = CLOSE): boolean {
  return Math.hypot(one.x - other.x, one.y - other.y) <= close;
}

// A corner more, or the zone closed where the click meets its first corner.
export function withCorner(drawing: Drawing, point: Point, fresh: () => Omit<Draft, "corners">): Drawing {
  const line = drawing.line ?? [];
  const first = line[0];
  if (first && line.length >= LEAST_CORNERS && isNear(first, point)) return closed(drawing, fresh);
  return { ...drawing, line: [...line, point] };
}

export function closed(drawing: Drawing, fresh: () => Omit<Draft, "corners">): Drawing {
  if (!drawing.line || drawing.line.length < LEAST_CORNERS) return drawing;
  const zone = { ...fresh(), corners: drawing.line };
  return { zones: [...drawing.zones, zone], chosen: zone.key, line: null };
}

export function moved(drawing: Drawing, key: string, corner: number, to: Point): Drawing {
  return changed(drawing, key, (zone) => ({ ...zone, corners: zone.corners.with(corner, to) }));
}

// A corner between this one and the next, to be dragged.
export function split(drawing: Drawing, key: string, corner: number): Drawing {
  return changed(drawing, key, (zone) => {
    const one = zone.corners[corner];
    const other = zone.corners[(corner + 1) % zone.corners.length];
    if (!one || !other) return zone;
    return {
      ...zone,
      corners: zone.corners.toSpliced(corner + 1, 0, at((one.x + other.x) / 2, (one.y + other.y) / 2)),
    };
  });
}

export function withoutCorner(drawing: Drawing, key: string, corner: number): Drawing {
  return changed(drawing, key, (zone) =>
    zone.corners.length <= LEAST_CORNERS ? zone : { ...zone, corners: zone.corners.toSpliced(corner, 1) },
  );
}

export function changed(drawing: Drawing, key: string, change: (zone: Draft) => Draft): Drawing {
  return { ...drawing, zones: drawing.zones.map((zone) => (zone.key === key ? change(zone) : zone)) };
}

export function removed(drawing: Drawing, key: string): Drawing {
  return { ...drawing, zones: drawing.zones.filter((zone) => zone.key !== key), chosen: null };
}

// What must not be seen has no hours: they go with the change of type, and come back with undo.
export function typed(drawing: Drawing, key: string, type: ZoneType): Drawing {
  return changed(drawing, key, (zone) => ({ ...zone, type, hours: mayHaveHours(type) ? zone.hours : null }));
}

// The zone is chosen too: its week is shown below.
export function timed(drawing: Drawing, key: string, hours: ZoneHours | null): Drawing {
  return { ...changed(drawing, key, (zone) => ({ ...zone, hours })), chosen: key };
}

// The service has a draft now: whatever is drawn or undone from here on is a change of what is stored.
export function kept(history: History, key: string, zone: ZoneView): History {
  const others = history.base.filter((one) => one.zone_id !== zone.zone_id);
  return everywhere({ ...history, base: [...others, zone] }, (one) =>
    one.key === key ? { ...one, zoneId: zone.zone_id, version: zone.version } : one,
  );
}

// The service has a zone no more: undone, it is a new one.
export function removedFrom(history: History, zoneId: string): History {
  const base = history.base.filter((one) => one.zone_id !== zoneId);
  return everywhere({ ...history, base }, (one) =>
    one.zoneId === zoneId ? { ...one, zoneId: null, version: null } : one,
  );
}

function everywhere({ base, past, now, future }: History, change: (zone: Draft) => Draft): History {
  const drawn = (drawing: Drawing): Drawing => ({ ...drawing, zones: drawing.zones.map(change) });
  return { base, past: past.map(drawn), now: drawn(now), future: future.map(drawn) };
}

export interface Change {
  added: Draft[];
  changed: Draft[];
  removed: ZoneView[];
}

export function changeFrom(stored: readonly ZoneView[], zones: readonly Draft[]): Change {
  const before = new Map(stored.map((zone) => [zone.zone_id, zone]));
  const kept = new Set(zones.map((zone) => zone.zoneId));
  return {
    added: zones.filter((zone) => zone.zoneId === null),
    changed: zones.filter((zone) => {
      const old = before.get(zone.zoneId ?? "");
      return old !== undefined && !isSame(zone, old);
    }),
    removed: stored.filter((zone) => !kept.has(zone.zone_id)),
  };
}

export function isChanged(change: Change): boolean {
  return change.added.length + change.changed.length + change.removed.length > 0;
}

function isSame(zone: Draft, old: ZoneView): boolean {
  return (
    zone.name === old.name &&
    zone.type === old.type &&
    sameHours(zone.hours, old.hours) &&
    zone.corners.length === old.corners.length &&
    zone.corners.every((corner, place) => corner.x === old.corners[place]?.x && corner.y === old.corners[place]?.y)
  );
}
