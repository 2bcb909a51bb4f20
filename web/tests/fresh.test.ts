import { describe, expect, it } from "vitest";
import { freshness, OLD_SECONDS } from "../src/screen/fresh";

const NOW = 1_000_000_000;

describe("what a wall says of its figures", () => {
  it("says nothing of now before anything has come", () => {
    expect(freshness("connecting", 0, null, NOW)).toEqual({ is: "none" });
  });

  it("calls figures fresh only while the feed is there and they are asked for anew", () => {
    expect(freshness("live", NOW - 1000, null, NOW)).toEqual({ is: "fresh" });
    const old = NOW - OLD_SECONDS * 1000 - 1;
    expect(freshness("live", old, null, NOW)).toEqual({ is: "old", since: old });
  });

  it("counts from the moment that the connection was lost, or from the figures where they are older", () => {
    expect(freshness("lost", NOW - 1000, NOW - 5000, NOW)).toEqual({ is: "old", since: NOW - 5000 });
    expect(freshness("lost", NOW - 9000, NOW - 5000, NOW)).toEqual({ is: "old", since: NOW - 9000 });
  });
});
