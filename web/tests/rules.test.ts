import { describe, expect, it } from "vitest";
import {
  daysBefore,
  falseAlarms,
  localMoment,
  periodWords,
  quietCodes,
  shareWords,
  trialWords,
  typedSeconds,
} from "../src/rules/figures";
import { speaking } from "../src/words/say";

const zh = speaking("zh");
const en = speaking("en");
const SHARE = { hits: 2, total: 3, value: 2 / 3, low: 0.2077, high: 0.9385 };
const NOTHING = { hits: 0, total: 0, value: null, low: null, high: null };
const at = (day: number, hour: number, minute = 0, second = 0) => new Date(2026, 0, day, hour, minute, second);

describe("shares of verdicts", () => {
  it("stand with their interval and their number of cases", () => {
    expect(shareWords(zh, SHARE)).toBe("67%（95% 区间 21%–94%，n=3）");
    expect(shareWords(en, SHARE)).toBe("67% (95% 21%–94%, n=3)");
  });

  it("are no figure where nothing was judged, or where the interval is missing", () => {
    expect(shareWords(en, NOTHING)).toBe("nothing judged yet");
    expect(shareWords(en, { ...SHARE, low: null })).toBe("nothing judged yet");
    expect(shareWords(en, NOTHING, "nothing to compare")).toBe("nothing to compare");
  });

  it("turned to the other side keep their cases, and low stays below high", () => {
    const turned = falseAlarms(SHARE);
    expect(shareWords(en, turned)).toBe("33% (95% 6%–79%, n=3)");
    expect(turned.hits).toBe(1);
    expect(falseAlarms(turned).low).toBeCloseTo(SHARE.low);
    expect(falseAlarms(NOTHING)).toEqual(NOTHING);
  });
});

describe("what is typed", () => {
  it("changes nothing when it is empty, and is none when it is no number or below nought", () => {
    expect([" ", "0", "2.5", "-1", "two", "1e999"].map(typedSeconds)).toEqual([
      null,
      0,
      2.5,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is shown in the screen's own time, and days are counted back in it", () => {
    expect(localMoment(at(5, 7, 3))).toBe("2026-01-05T07:03");
    expect(daysBefore(at(5, 0, 10), 7)).toBe("2025-12-29");
    expect(daysBefore(at(5, 23, 50), -1)).toBe("2026-01-06");
  });
});

describe("trials side by side", () => {
  const trial = (second: number, ends: Date) => ({
    begins_at: at(4, 8).toISOString(),
    ends_at: ends.toISOString(),
    ordered_at: at(5, 16, 0, second).toISOString(),
  });

  it("of one minute or of one camera can be told apart", () => {
    const words = [trial(1, at(4, 9)), trial(2, at(4, 9)), trial(1, at(4, 10))].map((one) => trialWords(zh, one));
    expect(new Set(words).size).toBe(3);
    expect(words[0]).toContain("16:00:01 发起");
  });

  it("name the day twice only where the period ends on another one", () => {
    const begins = at(4, 8).toISOString();
    expect(periodWords(en, begins, at(4, 9, 30).toISOString())).toBe("04/01/2026, 08:00 – 09:30");
    expect(periodWords(en, begins, at(6, 9, 30).toISOString())).toBe("04/01/2026, 08:00 – 06/01/2026, 09:30");
  });
});

describe("a trial of thresholds", () => {
  const labels = new Map([
    ["pest.rodent", ["rodent"]],
    ["bin.overflow", ["bin_overflowing"]],
    ["smoke.person", ["cigarette"]],
  ]);
  const compared = [
    { code: "pest.rodent", before: 0, after: 0 },
    { code: "bin.overflow", before: 1, after: 0 },
    { code: "smoke.person", before: 0, after: 0 },
  ];
  const tried = (label: string, codes: string[] = []) => ({
    codes: codes.map((code) => ({ code })),
    thresholds: [{ label }],
    compared,
  });

  it("says of which rules nothing is raised, of those that look at the label", () => {
    expect(quietCodes(tried("rodent"), labels)).toEqual(["pest.rodent"]);
    expect(quietCodes(tried("bin_overflowing"), labels)).toEqual([]);
    expect(quietCodes(tried("person"), labels)).toEqual([]);
  });

  it("leaves out the rules whose own numbers were tried: those stand with their counts", () => {
    expect(quietCodes(tried("rodent", ["pest.rodent"]), labels)).toEqual([]);
  });
});
