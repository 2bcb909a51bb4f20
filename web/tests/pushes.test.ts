import { describe, expect, it } from "vitest";
import { Problem } from "../src/api/client";
import { bodyOf, offeredPushActs, pushTone, reasonText, refused, tallyOf } from "../src/pushes/words";
import { speaking } from "../src/words/say";

const zh = speaking("zh");
const en = speaking("en");
const typed = {
  name: " 信用示例网 ",
  address: "",
  secret: "",
  isEverything: true,
  enterpriseIds: ["e"],
  isEnabled: true,
};

describe("a platform's form", () => {
  it("leaves out what was not typed, so that address and secret stay", () => {
    expect(bodyOf(typed, 3)).toEqual({
      name: "信用示例网",
      everything: true,
      enterprise_ids: [],
      is_enabled: true,
      version: 3,
    });
    const moved = bodyOf({ ...typed, address: " https://a.example/ ", secret: " whsec_x ", isEverything: false }, null);
    expect(moved).toMatchObject({ address: "https://a.example/", secret: "whsec_x", enterprise_ids: ["e"] });
  });

  it("says why it was refused in words, and that one in use is switched off instead", () => {
    const kind = (type: string, status: number, more = {}) =>
      new Problem(status, { type: `urn:brightkitchen:problem:${type}`, ...more });
    expect(refused(zh, kind("receiver-in-use", 409))).toContain("停用");
    expect(refused(zh, kind("receiver-refused", 422, { field: "secret", expected: "whsec_" }))).toBe(
      "签名密钥不可用：whsec_",
    );
    expect(refused(zh, null)).toBe("");
  });
});

describe("what a platform is owed", () => {
  it("is late before it is anything else", () => {
    expect(pushTone({ state: "waiting", is_overdue: true })).toBe("class-I");
    expect(pushTone({ state: "waiting", is_overdue: false })).toBe("warn");
    expect(pushTone({ state: "delivered", is_overdue: false })).toBe("good");
  });

  it("is counted by what became of it", () => {
    const one = (state: "waiting" | "by_hand" | "delivered" | "given_up" | "superseded", is_overdue = false) => ({
      state,
      is_overdue,
    });
    const all = [one("waiting", true), one("by_hand"), one("delivered"), one("given_up"), one("superseded")];
    expect(tallyOf(all)).toEqual({ delivered: 1, open: 2, overdue: 1, givenUp: 1 });
  });

  it("is tried again, confirmed or given up only while that can still do something", () => {
    expect(offeredPushActs("waiting")).toEqual(["again", "confirm", "give-up"]);
    expect(offeredPushActs("given_up")).toEqual(["again"]);
    expect(offeredPushActs("by_hand")).toEqual(["confirm", "give-up"]);
    expect([...offeredPushActs("delivered"), ...offeredPushActs("superseded")]).toEqual([]);
  });

  it("tells known reasons in Chinese and leaves people's words alone", () => {
    expect(reasonText(zh, "HTTP 503")).toBe("对方返回 HTTP 503");
    expect(reasonText(zh, "平台停用")).toBe("平台停用");
    expect(reasonText(en, "the receiver is switched off")).toBe("the receiver is switched off");
  });
});
