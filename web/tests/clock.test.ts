import { describe, expect, it } from "vitest";
import type { CameraStatus } from "../src/api/client";
import { frameAge, lastPicture } from "../src/cameras/picture";
import { grown, ServiceClock } from "../src/shell/clock";
import { speaking } from "../src/words/say";

const NOON = Date.parse("2026-01-05T12:00:00Z");

function screen(wrongBy: number) {
  const passed = { ms: 5_000 };
  const clock = new ServiceClock(
    () => passed.ms,
    () => NOON + wrongBy + passed.ms,
  );
  return { passed, clock };
}

describe("the service's clock on a screen", () => {
  it.each([0, -3 * 3_600_000, 9 * 3_600_000])(
    "is told by an answer, however wrong (%i ms) the screen's own is",
    (wrongBy) => {
      const { passed, clock } = screen(wrongBy);
      clock.heard("2026-01-05T12:00:00.000Z");
      passed.ms += 90_000;
      expect(clock.now()).toBe(NOON + 90_000);
    },
  );
  it("goes by the quickest of its answers: a slow one makes nothing younger", () => {
    const { passed, clock } = screen(0);
    clock.heard("2026-01-05T12:00:00.000Z");
    passed.ms += 1_500;
    clock.heard("2026-01-05T12:00:00.100Z"); // under way for 1.4 s
    expect(clock.now()).toBe(NOON + 1_500);
  });
  it("follows when the service's clock is put right, and when the screen has slept", () => {
    const { clock } = screen(0);
    clock.heard("2026-01-05T12:00:00.000Z");
    clock.heard("2026-01-05T14:00:00.000Z");
    expect(clock.now()).toBe(NOON + 7_200_000);
    clock.heard("2026-01-05T13:00:00.000Z");
    expect(clock.now()).toBe(NOON + 3_600_000);
  });
  it("is the screen's own before anything was heard, and after an answer that says nothing", () => {
    const { clock } = screen(1_000);
    clock.heard(null);
    clock.heard("yesterday");
    expect(clock.now()).toBe(NOON + 6_000);
  });
});

describe("the age of a picture", () => {
  const en = speaking("en");
  it("is what the service said and what has passed since", () => expect(grown(2, 1_000, 4_500)).toBe(5.5));
  it("never shrinks", () => expect(grown(2, 4_500, 1_000)).toBe(2));
  it("does not look at the time of day at which the picture was taken", () => {
    const status = { frame_age_seconds: 7_300, last_frame_at: "1999-01-01T00:00:00Z" } as CameraStatus;
    expect(lastPicture(en, status)).toBe("last picture 2 h ago");
  });
  it("of a camera that never sent one is not made up", () => {
    const status = { frame_age_seconds: null, last_frame_at: null } as CameraStatus;
    expect(frameAge(status)).toBe(null);
    expect(lastPicture(en, status)).toBe("none has ever come");
  });
});
