// Zones of one camera put on others of the same enterprise: which ones can take them, and what is to be sent.

import type { CameraView, SiteView, ZoneView } from "../api/client";
import { told } from "./hours";

// Cameras of nodes are set up at their node.
export function takers(camera: CameraView, cameras: readonly CameraView[], sites: readonly SiteView[]): CameraView[] {
  const firm = new Map(sites.map((site) => [site.site_id, site.enterprise_id]));
  const own = firm.get(camera.site_id);
  return cameras.filter(
    (one) => own !== undefined && one.camera_id !== camera.camera_id && !one.node_id && firm.get(one.site_id) === own,
  );
}

// What is there already, corner for corner and with the same hours, is not put there twice.
export function lacking(zones: readonly ZoneView[], there: readonly ZoneView[]): ZoneView[] {
  const known = new Set(there.map(shape));
  return zones.filter((zone) => !known.has(shape(zone)));
}

const shape = (zone: ZoneView): string =>
  JSON.stringify([zone.name, zone.type, zone.corners.map((corner) => [corner.x, corner.y]), told(zone.hours)]);

const HIDING = new Set(["ignored", "private", "screen"]);

// Masks: where they lie wrongly, something goes unseen.
export const hides = (zone: ZoneView): boolean => HIDING.has(zone.type);
