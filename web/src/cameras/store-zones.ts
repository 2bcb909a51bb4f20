// What was drawn is sent zone by zone, and each that was taken is told: a save that breaks off goes on where it stopped.

import { api, type Point, Problem, taken, type ZoneView } from "../api/client";
import { inOrder, stretchesOf } from "../registry/week";
import type { Change, Draft } from "./zones";

export async function readZones(cameraId: string): Promise<ZoneView[]> {
  const path = { camera_id: cameraId };
  return (await taken(api.GET("/api/v1/cameras/{camera_id}/zones", { params: { path } }))).items;
}

export const bodyOf = (zone: Pick<ZoneView, "name" | "type" | "hours"> & { corners: readonly Point[] }) => ({
  name: zone.name,
  type: zone.type,
  corners: [...zone.corners],
  hours: zone.hours && { ...zone.hours, hours: inOrder(stretchesOf(zone.hours)) },
});

export interface ZonePorts {
  remove: (zone: ZoneView) => Promise<unknown>;
  change: (draft: Draft) => Promise<ZoneView>;
  add: (draft: Draft) => Promise<ZoneView>;
  removed: (zoneId: string) => void;
  kept: (key: string, zone: ZoneView) => void; // `key`: of the draft
}

export async function store(change: Change, ports: ZonePorts): Promise<void> {
  for (const zone of change.removed) {
    await ports.remove(zone).catch((error: unknown) => {
      if (!(error instanceof Problem && error.status === 404)) throw error; // gone already is what was wanted
    });
    ports.removed(zone.zone_id);
  }
  for (const draft of change.changed) ports.kept(draft.key, await ports.change(draft));
  for (const draft of change.added) ports.kept(draft.key, await ports.add(draft));
}

export function sendingTo(cameraId: string): Pick<ZonePorts, "remove" | "change" | "add"> {
  return {
    remove: ({ zone_id, version }) => {
      const params = { path: { zone_id }, header: { "if-match": `"${version}"` } };
      return taken(api.DELETE("/api/v1/zones/{zone_id}", { params }));
    },
    change: (draft) => {
      const params = { path: { zone_id: draft.zoneId ?? "" } };
      return taken(
        api.PATCH("/api/v1/zones/{zone_id}", { params, body: { ...bodyOf(draft), version: draft.version } }),
      );
    },
    add: (draft) => {
      const params = { path: { camera_id: cameraId } };
      return taken(api.POST("/api/v1/cameras/{camera_id}/zones", { params, body: bodyOf(draft) }));
    },
  };
}
