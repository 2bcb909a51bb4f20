import { describe, expect, it } from "vitest";
import type { Schema } from "../src/api/client";
import { accessKindValues, spaceStateValues, triggerValues } from "../src/api/generated/schema";
import { accessName, spaceName, tombstone, triggerName } from "../src/keeping/words";
import { speaking } from "../src/words/say";

const zh = speaking("zh");
const en = speaking("en");

describe("what is kept", () => {
  it("has a word in both languages for all that the service knows", () => {
    for (const [values, name] of [
      [triggerValues, triggerName],
      [spaceStateValues, spaceName],
      [accessKindValues, accessName],
    ] as const)
      for (const one of values) {
        expect(name(zh, one)).toMatch(/[\u4e00-\u9fff]/);
        expect(name(en, one)).not.toMatch(/[\u4e00-\u9fff]/);
      }
  });

  it("names the rule and its version where evidence was deleted", () => {
    const entry = {
      decided_at: "2026-10-01T08:00:00Z",
      trigger: "retention",
      rule: "dismissed",
      policy_version: "2026.1",
    };
    const words = tombstone(en, entry as Schema["DeletionView"]);
    expect(words).toContain("its time was over, rule dismissed (policy 2026.1)");
    expect(tombstone(zh, entry as Schema["DeletionView"])).toContain("规则 dismissed（策略 2026.1）");
  });
});
