import { describe, expect, it } from "vitest";
import { Problem, type ZoneView } from "../src/api/client";
import { hoursBy, isHalfTyped, RULES, ruleOf, type ZoneHours, zoneHoursText } from "../src/cameras/hours";
import { store } from "../src/cameras/store-zones";
import {
  at,
  begin,
  type Change,
  changed,
  changeFrom,
  closed,
  does,
  type History,
  isChanged,
  kept,
  moved,
  redo,
  removed,
  removedFrom,
  split,
  timed,
  typed,
  undo,
  withCorner,
  withoutCorner,
} from "../src/cameras/zones";

const stored: ZoneView[] = [
  {
    zone_id: "zone-1",
    camera_id: "camera-1",
    name: "专间",
    type: "special_room",
    corners: [at(0.1, 0.1), at(0.4, 0.1), at(0.4, 0.4)],
    version: 3,
    hours: null,
    is_asleep: false,
  },
];
const fresh = () => ({
  key: "new-1",
  zoneId: null,
  version: null,
  name: "区域 2",
  type: "other" as const,
  hours: null,
});

describe("drawing a zone", () => {
  it("closes where a click meets the first corner, and not before there are three", () => {
    let now = { ...begin([]).now, line: [] as ReturnType<typeof at>[] | null };
    now = { ...withCorner(now, at(0.5, 0.5), fresh), line: [at(0.5, 0.5)] };
    const two = withCorner(withCorner(now, at(0.8, 0.5), fresh), at(0.5, 0.501), fresh);
    expect(two.line).toHaveLength(3);
    const three = withCorner(two, at(0.501, 0.5), fresh);
    expect(three.line).toBeNull();
    expect(three.zones).toHaveLength(1);
    expect(three.chosen).toBe("new-1");
  });

  it("leaves a line of two corners open", () => {
    const drawing = { ...begin([]).now, line: [at(0, 0), at(1, 1)] };
    expect(closed(drawing, fresh)).toBe(drawing);
  });

  it("keeps corners inside of the picture", () => {
    expect(at(-0.2, 1.4)).toEqual({ x: 0, y: 1 });
  });

  it("adds a corner in the middle of an edge, and keeps three at least", () => {
    const { now } = begin(stored);
    const four = split(now, "zone-1", 2);
    expect(four.zones[0]?.corners[3]).toEqual(at(0.25, 0.25));
    expect(withoutCorner(four, "zone-1", 3).zones[0]?.corners).toHaveLength(3);
    expect(withoutCorner(now, "zone-1", 0).zones[0]?.corners).toHaveLength(3);
  });
});

describe("undo", () => {
  it("goes back step by step and forward again", () => {
    const first = begin(stored);
    const second = does(first, moved(first.now, "zone-1", 0, at(0.2, 0.2)));
    const third = does(second, removed(second.now, "zone-1"));
    expect(undo(third).now).toEqual(second.now);
    expect(undo(undo(third)).now).toEqual(first.now);
    expect(undo(undo(undo(third))).now).toEqual(first.now);
    expect(redo(redo(undo(undo(third)))).now).toEqual(third.now);
  });

  it("forgets what was undone once something else is done", () => {
    const first = begin(stored);
    const second = does(first, removed(first.now, "zone-1"));
    const other = does(undo(second), moved(first.now, "zone-1", 0, at(0.3, 0.3)));
    expect(redo(other)).toBe(other);
  });
});

describe("hours of a zone", () => {
  const night: ZoneHours = { holds: "in_hours", hours: [{ weekday: 0, start: "22:00:00", end: "06:00:00" }] };

  it("are undone as everything else, and go with a type that has none", () => {
    const first = begin(stored);
    const second = does(first, timed(first.now, "zone-1", night));
    const third = does(second, typed(second.now, "zone-1", "private"));
    expect([second, third].map((one) => one.now.zones[0]?.hours)).toEqual([night, null]);
    expect(second.now.chosen).toBe("zone-1");
    expect(undo(third).now.zones[0]?.hours).toEqual(night);
    expect(undo(undo(third)).now.zones[0]?.hours).toBeNull();
  });

  it("are sent when they changed, and not for seconds that nobody typed", () => {
    const timedZones = stored.map((zone) => ({ ...zone, hours: night }));
    const { now } = begin(timedZones);
    const retyped = { ...night, hours: [{ weekday: 0, start: "22:00", end: "06:00" }] };
    expect(isChanged(changeFrom(timedZones, timed(now, "zone-1", retyped).zones))).toBe(false);
    expect(changeFrom(timedZones, timed(now, "zone-1", null).zones).changed).toHaveLength(1);
  });

  it("have five rules, and keep their week between the two that have one", () => {
    for (const rule of RULES) expect(ruleOf(hoursBy(rule, null))).toBe(rule);
    expect(hoursBy("outside_week", night)).toEqual({ ...night, holds: "outside_hours" });
    expect(hoursBy("while_closed", night)).toEqual({ holds: "outside_hours", hours: [] });
    expect(isHalfTyped({ holds: "in_hours", hours: [{ weekday: 0, start: "", end: "06:00" }] })).toBe(true);
  });

  it("are told in words", () => {
    const say = (zh: string) => zh;
    expect(zoneHoursText(say, null)).toBe("始终");
    expect(zoneHoursText(say, { holds: "outside_hours" })).toBe("场所营业时间外");
    expect(zoneHoursText(say, night)).toContain("仅 周一 22:00–06:00");
  });
});

describe("what is sent", () => {
  it("is nothing where nothing was changed", () => {
    expect(isChanged(changeFrom(stored, begin(stored).now.zones))).toBe(false);
  });

  it("tells new, changed and removed zones apart", () => {
    const { now } = begin(stored);
    const renamed = changed(now, "zone-1", (zone) => ({ ...zone, name: "凉菜间" }));
    const added = closed({ ...renamed, line: [at(0, 0), at(1, 0), at(1, 1)] }, fresh);
    const change = changeFrom(stored, added.zones);
    expect(change.added.map((zone) => zone.name)).toEqual(["区域 2"]);
    expect(change.changed.map((zone) => [zone.zoneId, zone.version, zone.name])).toEqual([["zone-1", 3, "凉菜间"]]);
    expect(changeFrom(stored, removed(now, "zone-1").zones).removed).toEqual(stored);
  });
});

describe("while somebody else stores zones of the same camera", () => {
  const [own] = stored as [ZoneView];
  const mask: ZoneView = { ...own, zone_id: "mask-1", name: "更衣室门口", type: "private", version: 1 };

  it("a drawing from before deletes nothing that it never showed", () => {
    const first = begin(stored);
    const drawn = does(
      first,
      changed(first.now, "zone-1", (zone) => ({ ...zone, name: "凉菜间" })),
    );
    expect(changeFrom(drawn.base, drawn.now.zones)).toMatchObject({ removed: [], added: [] });
    expect(undo(drawn).base).toEqual(stored);
    expect(redo(undo(drawn)).base).toEqual(stored);
    expect(begin([...stored, mask]).base).toContain(mask);
  });

  // A service that takes some of what is sent.
  const saving = async (history: History, refused: string, refusal: Error): Promise<[History, string[], unknown]> => {
    let now = history;
    const sent: string[] = [];
    const takes = (name: string, zone: ZoneView) => {
      sent.push(name);
      return name === refused ? Promise.reject(refusal) : Promise.resolve(zone);
    };
    const change: Change = changeFrom(now.base, now.now.zones);
    const fault = await store(change, {
      remove: (zone) => takes(`- ${zone.name}`, zone),
      change: (zone) => takes(`~ ${zone.name}`, { ...own, ...zone, corners: [...zone.corners], version: 4 }),
      add: (zone) =>
        takes(`+ ${zone.name}`, { ...own, ...zone, corners: [...zone.corners], zone_id: "zone-9", version: 1 }),
      removed: (zoneId) => {
        now = removedFrom(now, zoneId);
      },
      kept: (key, zone) => {
        now = kept(now, key, zone);
      },
    }).then(
      () => null,
      (error: unknown) => error,
    );
    return [now, sent, fault];
  };

  it("a save that breaks off sends the rest the next time, and nothing twice", async () => {
    const first = begin([own, mask]);
    const second = does(
      first,
      changed(removed(first.now, "mask-1"), "zone-1", (zone) => ({ ...zone, name: "凉菜间" })),
    );
    const drawn = does(second, closed({ ...second.now, line: [at(0, 0), at(1, 0), at(1, 1)] }, fresh));
    const [half, sent, fault] = await saving(drawn, "+ 区域 2", new Problem(503, {}));
    expect(sent).toEqual(["- 更衣室门口", "~ 凉菜间", "+ 区域 2"]);
    expect(fault).toBeInstanceOf(Problem);
    const [whole, then, noFault] = await saving(half, "", new Error());
    expect([then, noFault]).toEqual([["+ 区域 2"], null]);
    expect(isChanged(changeFrom(whole.base, whole.now.zones))).toBe(false);
    expect(whole.now.zones.map((zone) => [zone.zoneId, zone.version])).toEqual([
      ["zone-1", 4],
      ["zone-9", 1],
    ]);
    const back = undo(undo(whole)); // as it was at first: the mask anew, the zone by its old name, the new one away
    const change = changeFrom(back.base, back.now.zones);
    expect(change.added.map((zone) => zone.name)).toEqual(["更衣室门口"]);
    expect(change.changed.map((zone) => [zone.name, zone.version])).toEqual([["专间", 4]]);
    expect(change.removed.map((zone) => zone.zone_id)).toEqual(["zone-9"]);
  });

  it("what is gone already needs no deletion, and another refusal of one is told", async () => {
    const first = begin(stored);
    const drawn = does(first, removed(first.now, "zone-1"));
    const [gone, , noFault] = await saving(drawn, "- 专间", new Problem(404, {}));
    expect([gone.base, noFault]).toEqual([[], null]);
    const [still, , fault] = await saving(drawn, "- 专间", new Problem(412, {}));
    expect(still.base).toEqual(stored);
    expect(fault).toMatchObject({ status: 412 });
  });
});
