import { describe, expect, it } from "vitest";
import { Problem, type Recipient } from "../src/api/client";
import { channelValues, contactValues, deliveryStateValues, reminderKindValues } from "../src/api/generated/schema";
import {
  bodyOf,
  channelName,
  contactName,
  deliveryStateName,
  NEW_WISHES,
  quietText,
  reachOf,
  reasonText,
  refused,
  wishText,
  zoneText,
} from "../src/recipients/wishes";
import { dateName } from "../src/words/credit";
import { speaking } from "../src/words/say";

const zh = speaking("zh");
const en = speaking("en");
const SOME = { is_everything: false, enterprise_ids: ["firm-1"], site_ids: [] };

describe("what a recipient wants to hear", () => {
  it("is told in words, nothing chosen being everything", () => {
    expect(wishText(zh, NEW_WISHES)).toBe("全部告警");
    expect(
      wishText(zh, {
        ...NEW_WISHES,
        contacts: ["manager"],
        classes: ["I", "II"],
        codes: ["a.b"],
        reminders: ["licence_end"],
      }),
    ).toBe("负责人 · 一类、二类 · 1 个风险代码；提醒：许可证有效期届满");
    expect(wishText(en, { ...NEW_WISHES, codes: ["a.b", "c.d"] })).toBe("2 codes");
  });

  it("has a word in both languages for all that the service knows", () => {
    for (const [values, name] of [
      [channelValues, channelName],
      [contactValues, contactName],
      [deliveryStateValues, deliveryStateName],
      [reminderKindValues, dateName],
    ] as const)
      for (const one of values) {
        expect(name(zh, one)).toMatch(/[\u4e00-\u9fff]/);
        expect(name(en, one)).not.toMatch(/[\u4e00-\u9fff]/);
      }
  });

  it("names quiet hours or that there are none", () => {
    expect(quietText(en, NEW_WISHES)).toBe("None");
    expect(zoneText(zh, { ...NEW_WISHES, timezone: "Asia/Urumqi" })).toContain("Asia/Urumqi");
    expect(deliveryStateName(zh, "sent")).toBe("已发送"); // served is a word of the law
    expect(quietText(zh, { ...NEW_WISHES, quiet: [{ start: "22:00", end: "07:00" }] })).toBe("22:00–07:00");
  });
});

describe("the form's answer", () => {
  const typed = { name: " 店长 ", channel: "dingtalk" as const, address: "", secret: " s ", isEnabled: true };

  it("leaves address and secret as they are where no address was typed", () => {
    const body = bodyOf(typed, SOME, NEW_WISHES);
    expect(body.name).toBe("店长");
    expect(body).not.toHaveProperty("address");
    expect(body).not.toHaveProperty("secret");
    expect(bodyOf({ ...typed, address: " https://x " }, SOME, NEW_WISHES)).toMatchObject({
      address: "https://x",
      secret: "s",
    });
  });

  it("names no places where it reaches everything", () => {
    expect(bodyOf(typed, { ...SOME, is_everything: true }, NEW_WISHES).reach).toEqual({
      everything: true,
      enterprise_ids: [],
      site_ids: [],
    });
    const stored = { reach: { everything: false, enterprise_ids: ["firm-1"], site_ids: [] } } as unknown as Recipient;
    expect(reachOf(stored)).toEqual(SOME);
  });
});

describe("a refusal", () => {
  const field = (name: string) => new Problem(422, { fields: [{ field: name, expected: "https://", found: "x" }] });

  it("names the part of the form", () => {
    expect(refused(zh, field("body.wishes.quiet"))).toBe("内容设置不可用：https://");
    expect(refused(zh, new Problem(422, { field: "address", expected: "https://" }))).toBe("地址不可用：https://");
    expect(refused(en, field("reminders"))).toBe("Dates are told for whole enterprises: https://");
    expect(refused(zh, new Problem(412, {}))).toContain("刷新");
    expect(refused(zh, new Problem(409, { type: "urn:brightkitchen:problem:recipient-name-taken" }))).toContain("同名");
  });
});

describe("the reason of a delivery", () => {
  it("is told in Chinese where it is the service's own, and else as the other side said it", () => {
    expect(reasonText(zh, "quiet hours")).toBe("免打扰时段");
    expect(reasonText(en, "quiet hours")).toBe("quiet hours");
    expect(reasonText(zh, "it answers 310000: sign not match")).toBe("it answers 310000: sign not match");
    expect(reasonText(zh, null)).toBe("");
  });
});
