import { describe, expect, it } from "vitest";
import type { CameraStatus, CameraView } from "../src/api/client";
import {
  countsOf,
  type Delivery,
  deliveryOf,
  dueOf,
  isHeldUp,
  lineOf,
  measured,
  pictureAge,
  type StreamRow,
  sightOf,
  troubledFirst,
  within,
} from "../src/health/figures";
import { speaking } from "../src/words/say";

const zh = speaking("zh");
const en = speaking("en");

function status(changes: Partial<CameraStatus> = {}): CameraStatus {
  return {
    camera_id: "camera-1",
    condition: "online",
    has_fresh_picture: true,
    last_frame_at: "2026-01-05T08:00:00Z",
    frame_age_seconds: 2.4,
    frames_analysed: 30,
    frames_dropped: 2,
    analysed_fps: 5,
    ...changes,
  } as CameraStatus;
}

function stream(told: CameraStatus | undefined, camera: Partial<CameraView> = {}): StreamRow {
  const whole = { camera_id: "camera-1", analysed_fps: 5, node_id: null, ...camera } as CameraView;
  return { camera: whole, status: told, standing: sightOf(en, told, whole.node_id) };
}

describe("how a camera stands", () => {
  it("is well in one case only: it is online, and a fresh picture is here", () => {
    const conditions = [
      "online",
      "degraded",
      "offline",
      "tampered",
      "paused",
      "unconfirmed",
      "forbidden",
      "tomorrow's",
    ];
    const well = conditions.flatMap((condition) =>
      [true, false].flatMap((fresh) =>
        [null, "shop-1"]
          .filter((node) => sightOf(en, status({ condition, has_fresh_picture: fresh }), node).tone === "good")
          .map((node) => [condition, fresh, node]),
      ),
    );
    expect(well).toEqual([["online", true, null]]);
  });

  it("has no word where nothing is told, and calls what nobody judges by its name", () => {
    expect(sightOf(zh, undefined)).toEqual({ words: "没有消息", tone: "offline" });
    expect(sightOf(en, status({ condition: "paused", has_fresh_picture: false })).words).toBe("Paused, not judged");
    expect(sightOf(en, status({ condition: "forbidden", has_fresh_picture: false })).words).toContain("not judged");
  });

  it("takes a node's word for what it is: no picture was seen here", () => {
    expect(sightOf(en, status({ has_fresh_picture: false }), "shop-1").words).toBe("Well, by its node");
    expect(sightOf(en, status({ condition: "offline", has_fresh_picture: false }), "shop-1").tone).toBe("offline");
  });

  it("puts what is in trouble first", () => {
    const cameras = ["1", "2", "3"].map((id) => ({ camera_id: id }) as CameraView);
    const told = [status({ camera_id: "1" }), status({ camera_id: "2", condition: "degraded" })];
    expect(troubledFirst(en, cameras, told).map((row) => row.camera.camera_id)).toEqual(["3", "2", "1"]);
  });
});

describe("the figures of a stream", () => {
  it("tells a picture's age by the service, whatever this screen's clock says", () => {
    expect(pictureAge(zh, stream(status()))).toBe("2 秒前");
    expect(pictureAge(en, stream(status({ frame_age_seconds: 200, has_fresh_picture: false })))).toBe("3 min ago");
  });

  it("tells when the last one came where the service holds none, and never an age of its own making", () => {
    const gone = status({ frame_age_seconds: null, has_fresh_picture: false });
    expect(pictureAge(en, stream(gone))).toMatch(/^last one \d\d\/01\/2026/);
    expect(pictureAge(en, stream({ ...gone, last_frame_at: null }))).toBe("none has ever come");
    expect(pictureAge(en, stream(undefined))).toBe("not known");
    expect(pictureAge(en, stream(gone, { node_id: "shop-1" }))).toBe("stays at shop-1");
  });

  it("tells the frames due, beside what was set where that differs, and none without a picture", () => {
    expect(dueOf(en, stream(status()))).toBe("5");
    expect(dueOf(en, stream(status({ analysed_fps: 1.25 })))).toBe("1.3 (set: 5)");
    expect(dueOf(en, stream(status({ analysed_fps: null })))).toBe("not known");
    expect(dueOf(en, stream(status({ has_fresh_picture: false })))).toBe("—");
    expect(dueOf(en, stream(undefined))).toBe("—");
  });

  it("has no nought where a node does not tell how much it looked at", () => {
    expect(countsOf(stream(status()))).toBe("30 / 2");
    expect(countsOf(stream(status({ frames_analysed: 0 }), { node_id: "shop-1" }))).toBe("—");
  });
});

describe("a node's line", () => {
  it("is good only while the node is heard and the list could be asked for", () => {
    expect(lineOf(en, { is_active: true, has_line: true }, true).tone).toBe("good");
    expect(lineOf(en, { is_active: true, has_line: true }, false).words).toBe("Not known");
    expect(lineOf(en, { is_active: true, has_line: false }, true).tone).toBe("offline");
    expect(lineOf(en, { is_active: false, has_line: true }, true).words).toBe("Shut out");
  });
});

describe("measured figures", () => {
  it("are never bare: with an interval, or that there is none and of how many", () => {
    expect(measured(zh, 0.934, [0.9, 0.951], 312)).toBe("0.93 (0.90–0.95)");
    expect(measured(zh, 0.71, null, 420)).toBe("0.71（无区间，n=420）");
    expect(measured(en, 0.71, [0.6], 420)).toBe("0.71 (no interval, n=420)");
    expect(measured(en, 0.71, [0.6, 0.8], 0)).toBe("not measured");
    expect(measured(en, null, null, 5)).toBe("not measured");
  });

  it("of durations say what lies beyond the scale, and nothing of none", () => {
    expect(within(en, { count: 0, half: null, most: null })).toBe("nothing yet");
    expect(within(zh, { count: 9, half: 0.5, most: null })).toBe("半数 ≤ 0.5 s，95% 超出量程（n=9）");
  });
});

describe("whether alerts go out", () => {
  const told = (changes: Partial<Delivery>): Delivery => ({
    now: "2026-01-05T08:05:00Z",
    state: "connected",
    since: "2026-01-05T08:00:00Z",
    waiting: 0,
    oldest_at: null,
    ...changes,
  });
  const old = { waiting: 3, oldest_at: "2026-01-05T08:00:00Z" };

  it("is well only while the broker takes them and nothing has waited for long", () => {
    const tones = [
      told({}),
      told({ waiting: null }),
      told({ waiting: 3, oldest_at: "2026-01-05T08:04:50Z" }),
      told(old),
      told({ state: "connecting" }),
      told({ state: "away" }),
      told({ state: "unknown", waiting: null }),
      undefined,
    ].map((one) => deliveryOf(en, one).tone);
    expect(tones).toEqual(["good", "good", "good", "warn", "warn", "offline", "warn", "warn"]);
  });

  it("says how much waits and that nothing is lost, and says no number that it does not have", () => {
    expect(deliveryOf(zh, told({ state: "away", ...old })).meaning).toMatch(/没有丢失.*待发 3 条，最早 5 分钟前/);
    expect(deliveryOf(en, told({ state: "away", ...old })).meaning).toMatch(/No alert is lost.*3 waiting/);
    expect(deliveryOf(zh, told({ state: "away", waiting: null })).meaning).not.toMatch(/待发/);
  });

  it("is told on every page while it is held up, and not while the first connection is made", () => {
    const held = [
      told({ state: "away" }),
      told(old),
      told({ state: "connecting" }),
      told({}),
      told({ state: "unknown" }),
    ];
    expect(held.map(isHeldUp)).toEqual([true, true, false, false, false]);
  });
});
