import { describe, expect, it } from "vitest";
import type { FirmFigures, RegionView } from "../src/api/client";
import { pressing } from "../src/situation/region";
import { unseen } from "../src/situation/regions";
import { byPressure, sumOf, treeOf } from "../src/situation/tree";
import { counties, isMeant, regionName } from "../src/words/regions";
import { speaking } from "../src/words/say";

const NAMES = {
  "31": "上海市",
  "3101": "市辖区",
  "310101": "黄浦区",
  "33": "浙江省",
  "3301": "杭州市",
  "330106": "西湖区",
};

const region = (digits: string | null, first = 0, blind = 0): RegionView => ({
  region: digits,
  enterprises: 1,
  to_review: { I: first, II: 0, III: 0, ops: 0 },
  cameras: { seen: 1, unsure: 0, blind, paused: 0, total: 1 + blind },
  shades: { red: 0, orange: 0, green: 1, insufficient: 0, new: 0, untold: 0 },
});

describe("the tree of regions", () => {
  it("sums each level over the next and passes over a level with one branch", () => {
    const [zhejiang, hubei] = treeOf([region("330106", 1), region("330203", 2), region("420106", 3)]);
    expect(zhejiang?.digits).toBe("33");
    expect(zhejiang?.enterprises).toBe(2);
    expect(zhejiang && sumOf(zhejiang.toReview)).toBe(3);
    expect(zhejiang?.branches.map((one) => one.digits)).toEqual(["330106", "330203"]);
    expect(zhejiang?.shades?.green).toBe(2);
    expect(hubei?.digits).toBe("420106");
    expect(hubei?.branches).toEqual([]);
  });

  it("loses no enterprise, with a region or without", () => {
    const regions = [region(null), region("110101"), region("110105"), region("330106")];
    const all = treeOf(regions);
    expect(all.reduce((sum, one) => sum + one.enterprises, 0)).toBe(4);
    expect(all.at(-1)?.digits).toBeNull();
  });

  it("puts class I first, then what nobody sees", () => {
    const order = byPressure(treeOf([region("110101"), region("330106", 1), region("420106", 0, 2)]));
    expect(order.map((one) => one.digits)).toEqual(["330106", "420106", "110101"]);
  });

  it("names regions as people say them and keeps the digits of what has no name", () => {
    expect(regionName(speaking("zh"), "330106", NAMES)).toBe("浙江省 杭州市 西湖区");
    expect(regionName(speaking("en"), "330106", NAMES)).toBe("Zhejiang 杭州市 西湖区");
    expect(regionName(speaking("zh"), "310101", NAMES)).toBe("上海市 黄浦区");
    expect(regionName(speaking("zh"), "339999", NAMES)).toBe("浙江省 339999");
    expect(regionName(speaking("zh"), "33")).toBe("浙江省");
    expect(regionName(speaking("en"), "330106")).toBe("Zhejiang 330106");
    expect(regionName(speaking("zh"), null)).toBe("未登记区域");
  });

  it("finds a county by parts of its name or by its digits", () => {
    const found = (typed: string) =>
      counties(speaking("zh"), NAMES)
        .filter((one) => isMeant(one, typed))
        .map((one) => one.digits);
    expect(found("")).toEqual(["310101", "330106"]);
    expect(found("浙江 西湖")).toEqual(["330106"]);
    expect(found("杭州市西湖区")).toEqual(["330106"]);
    expect(found(" 3101 ")).toEqual(["310101"]);
    expect(found("330102")).toEqual([]);
  });

  it("lists enterprises with a lead of class I before those without", () => {
    const firm = (id: string, first: number): FirmFigures => ({
      ...region("330106", first),
      enterprise_id: id,
      name: id,
      shade: null,
    });
    expect(pressing([firm("a", 0), firm("b", 2)]).map((one) => one.enterprise_id)).toEqual(["b", "a"]);
  });

  it("marks an enterprise of which nothing can be judged, whatever the cause", () => {
    const marks = (sight: Partial<FirmFigures["cameras"]>) =>
      unseen(speaking("zh"), { seen: 0, unsure: 0, blind: 0, paused: 0, total: 3, ...sight }).map((one) => one.words);
    expect(marks({ paused: 3 })).toEqual(["已暂停 3"]);
    expect(marks({ unsure: 2, blind: 1 })).toEqual(["无画面 1", "画面不可靠 2"]);
    expect(marks({ total: 0 })).toEqual(["无摄像机 · 情况未知"]);
    expect(marks({ seen: 3 })).toEqual([]);
  });
});
