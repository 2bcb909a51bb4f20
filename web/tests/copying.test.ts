import { describe, expect, it } from "vitest";
import type { CameraView, SiteView, ZoneView } from "../src/api/client";
import { hides, lacking, takers } from "../src/cameras/copying";

const camera = (camera_id: string, site_id: string, node_id: string | null = null) =>
  ({ camera_id, site_id, node_id }) as CameraView;
const site = (site_id: string, enterprise_id: string) => ({ site_id, enterprise_id }) as SiteView;
const zone = (name: string, x = 0.1): ZoneView => ({
  zone_id: `zone-${name}-${x}`,
  camera_id: "one",
  name,
  type: "other",
  corners: [
    { x, y: 0.1 },
    { x: 0.5, y: 0.1 },
    { x: 0.5, y: 0.5 },
  ],
  version: 1,
  hours: null,
  is_asleep: false,
});

describe("zones", () => {
  const sites = [site("a", "own"), site("b", "own"), site("c", "other")];
  const own = camera("one", "a");
  it("are offered to cameras of the same enterprise only, never to itself or a node's", () => {
    const all = [own, camera("two", "b"), camera("far", "c"), camera("edge", "a", "node-1"), camera("lost", "gone")];
    expect(takers(own, all, sites).map((one) => one.camera_id)).toEqual(["two"]);
    expect(takers(camera("lost", "gone"), all, sites)).toEqual([]);
  });
  it("are not put twice where they are already", () => {
    const there = [{ ...zone("专间"), zone_id: "another", version: 7 }];
    expect(lacking([zone("专间"), zone("专间", 0.2), zone("库房")], there)).toEqual([zone("专间", 0.2), zone("库房")]);
  });
  it("are others with other hours", () => {
    const closed = { ...zone("专间"), hours: { holds: "outside_hours" as const } };
    expect(lacking([closed, zone("专间")], [zone("专间")])).toEqual([closed]);
  });
  it("that mask are told from the others", () => {
    expect(hides(zone("库房"))).toBe(false);
    expect(hides({ ...zone("屏幕"), type: "screen" })).toBe(true);
  });
});
