import { describe, expect, it } from "vitest";
import { ASSUMED_FRAME_SECONDS, frameSeconds, stepTo } from "../src/alerts/frames";
import type { CameraStatus, CameraView, DayView } from "../src/api/client";
import { withLogin } from "../src/cameras/address";
import { conditionBadge, isTroubled, statusAmong } from "../src/cameras/condition";
import { days, lastDays, mostUrgent, trend } from "../src/situation/figures";
import { fitted } from "../src/wall/drawing";
import { stateName } from "../src/words/names";
import { duration, speaking } from "../src/words/say";
import { row } from "./samples";

const status = (condition: string, has: boolean) => ({ condition, has_fresh_picture: has }) as CameraStatus;

describe("the situation", () => {
  it("puts the urgent class first, then what has waited longest", () => {
    const rows = [
      row(1, { class: "III", raised_at: "2026-01-01T00:00:00Z" }),
      row(2, { raised_at: "2026-01-03T00:00:00Z" }),
      row(3, { raised_at: "2026-01-02T00:00:00Z" }),
    ];
    expect(mostUrgent(rows, 2).map((one) => one.alert_id)).toEqual(["alert-00003", "alert-00002"]);
  });

  it("has every day of the range, also those without an alert", () => {
    expect(days("2026-02-27", "2026-03-02")).toEqual(["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]);
    const count = { day: "2026-03-01", unreviewed: 2, confirmed: 1, dismissed: 0, unclear: 0 } as DayView;
    const shown = trend([count, count, { ...count, day: "2025-01-01" }], "2026-02-28", "2026-03-02");
    expect(shown.map((day) => day.unreviewed)).toEqual([0, 4, 0]);
  });

  it("shows tomorrow only where a site's calendar is there already", () => {
    const now = new Date(2026, 2, 1, 12);
    const count = { day: "2026-03-02", unreviewed: 1, confirmed: 0, dismissed: 0, unclear: 0 } as DayView;
    expect(lastDays([], now, 2).map((one) => one.day)).toEqual(["2026-02-28", "2026-03-01"]);
    expect(lastDays([count], now, 2).at(-1)?.day).toBe("2026-03-02");
  });
});

describe("how a camera is", () => {
  const camera = { camera_id: "a", node_id: null } as CameraView;
  const told = (condition: string, has: boolean) => ({ ...status(condition, has), camera_id: "a" });
  const badge = (one: Parameters<typeof conditionBadge>[2]) => conditionBadge(speaking("zh"), camera, one);

  it("is no word where the service tells none, and not the last that was good", () => {
    expect(badge(statusAmong([told("online", true)], false, "a"))).toEqual({ style: "good", words: "在线" });
    expect(badge(statusAmong(undefined, true, "a")).words).toBe("…"); // the first answer is awaited
    expect(badge(statusAmong(undefined, false, "a"))).toEqual({ style: "offline", words: "没有消息" });
    expect(badge(statusAmong([], false, "a"))).toEqual({ style: "offline", words: "没有消息" });
  });

  it("is trouble unless fresh pictures of it can be judged", () => {
    for (const one of [undefined, null, told("online", false), told("tampered", true), told("paused", false)])
      expect(isTroubled(one)).toBe(true);
    expect(isTroubled(told("online", true))).toBe(false);
  });
});

describe("stepping through a clip", () => {
  it("finds the length of a frame from the frames that were shown, some of them left out", () => {
    const times = [0, 1, 2, 3, 5, 6, 8, 9, 10].map((frame) => frame / 25);
    expect(frameSeconds(times)).toBeCloseTo(1 / 25);
    expect(frameSeconds([])).toBe(ASSUMED_FRAME_SECONDS);
  });

  it("meets every frame on the way on and on the way back, and stays inside", () => {
    const frame = 1 / 25;
    let now = 0;
    const on = Array.from({ length: 5 }, () => {
      now = stepTo(now, 1, frame, 10);
      return Math.floor(now / frame);
    });
    expect(on).toEqual([1, 2, 3, 4, 5]);
    expect(Math.floor(stepTo(now, -1, frame, 10) / frame)).toBe(4);
    expect(stepTo(0, -1, frame, 10)).toBe(0);
    expect(stepTo(10, 1, frame, 10)).toBeLessThan(10);
  });
});

describe("small things", () => {
  it("puts a login into an address so that it is read back as it was", () => {
    const address = withLogin("rtsp://192.0.2.7:554/main?x=1", { user: "adm:in", password: "p@ss/wörd" });
    const parts = new URL(address.replace("rtsp", "http"));
    expect(decodeURIComponent(parts.username)).toBe("adm:in");
    expect(decodeURIComponent(parts.password)).toBe("p@ss/wörd");
    expect(parts.host).toBe("192.0.2.7:554");
    expect(withLogin("rtsp://192.0.2.7/a", { user: "", password: "x" })).toBe("rtsp://192.0.2.7/a");
  });

  it("fits a picture into a room in the middle", () => {
    expect(fitted({ width: 400, height: 100 }, { width_px: 1280, height_px: 720 })).toEqual({
      left: (400 - 1280 / 7.2) / 2,
      top: 0,
      width: 1280 / 7.2,
      height: 100,
    });
  });

  it("speaks both languages, and shows a word that it has no name for", () => {
    expect(duration(speaking("zh"), 125)).toBe("2 分钟");
    expect(duration(speaking("en"), 125)).toBe("2 min");
    expect(stateName(speaking("en"), "second_reviewed")).toBe("second reviewed");
  });
});
