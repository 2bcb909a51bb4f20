import { describe, expect, it } from "vitest";
import { cornersOf, edge, isWide, spanned, WHOLE } from "../src/teach/region";
import { canBeTaught, isStale, statesFault, suggested } from "../src/teach/states";
import { speaking } from "../src/words/say";
import { lackText } from "../src/words/teach";

const zh = speaking("zh");
const en = speaking("en");

describe("a part of the picture", () => {
  it("is the same whichever corner is clicked first", () => {
    const [one, other] = [
      { x: 0.8, y: 0.2 },
      { x: 0.3, y: 0.9 },
    ];
    expect(spanned(one, other)).toEqual(spanned(other, one));
    expect(cornersOf(spanned(one, other))).toEqual([
      { x: 0.3, y: 0.2 },
      { x: 0.8, y: 0.2 },
      { x: 0.8, y: 0.9 },
      { x: 0.3, y: 0.9 },
    ]);
  });
  it("stays inside of the picture and is refused where it shows nothing", () => {
    expect(edge(WHOLE, "right", 140).right).toBe(1);
    expect(edge(WHOLE, "left", Number.NaN).left).toBe(0);
    expect(isWide(WHOLE)).toBe(true);
    expect(isWide({ ...WHOLE, right: 0.01 })).toBe(false);
    expect(isWide({ ...WHOLE, left: 0.9, right: 0.2 })).toBe(false);
  });
});

describe("states", () => {
  it("are suggested with the breach first, and need names that differ", () => {
    expect(suggested(zh, "bin.uncovered")).toEqual(["敞开", "盖好"]);
    expect(suggested(en, "something.else")).toEqual(["", ""]);
    expect(statesFault(zh, ["敞开", "盖好"])).toBe("");
    expect(statesFault(zh, ["敞开", " "])).not.toBe("");
    expect(statesFault(zh, ["敞开", "敞开 "])).not.toBe("");
  });
  it("can be taught on two examples of each, and say when examples came since", () => {
    expect(canBeTaught({ open: 2, closed: 1 })).toBe(false);
    expect(canBeTaught({ open: 2, closed: 2 })).toBe(true);
    expect(isStale(5, undefined)).toBe(false);
    expect(isStale(5, { count: 4 })).toBe(true);
  });
});

describe("what a version lacks", () => {
  it("is said with what is needed and what there is", () => {
    const words = [
      lackText(zh, { kind: "examples", needed: 5, found: 3, state: "敞开" }),
      lackText(zh, { kind: "accuracy", needed: 0.9, found: 0.75, state: null }),
      lackText(en, { kind: "lower_bound", needed: 0.7, found: 0.61, state: null }),
      lackText(en, { kind: "answered", needed: 6, found: 4, state: null }),
    ];
    expect(words[0]).toContain("“敞开”需要至少 5 个互不相同的示例，现有 3 个");
    expect(words[1]).toContain("90%，现为 75%");
    expect(words[2]).toContain("must reach 70%; it is 61%");
    expect(words[3]).toContain("6 of the left-out examples; it answers 4");
  });
});
