import { describe, expect, it } from "vitest";
import type { PublicRecord } from "../src/api/client";
import { recordStateValues } from "../src/api/generated/schema";
import { offeredActs, receiversOf } from "../src/portrait/record-acts";

const record = (state: string, ...kinds: string[]) =>
  ({ state, steps: kinds.map((kind) => ({ kind })) }) as unknown as Pick<PublicRecord, "state" | "steps">;

describe("the steps of a decision", () => {
  it("offer publication only of what is final and not published yet", () => {
    expect(offeredActs(record("recorded"))).toEqual(["settle", "contest", "withdraw"]);
    expect(offeredActs(record("recorded", "final"))).toEqual(["settle", "contest", "publish", "withdraw"]);
    for (const state of recordStateValues.filter((one) => one !== "recorded"))
      expect(offeredActs(record(state, "final"))).not.toContain("publish");
  });

  it("end with the record", () => {
    for (const state of ["withdrawn", "repaired"]) expect(offeredActs(record(state, "final"))).toEqual([]);
  });

  it("leave a publication that is over to be withdrawn only, should the decision fall later", () => {
    expect(offeredActs(record("expired"))).toEqual(["withdraw"]);
  });
});

describe("receivers", () => {
  it("stand one a line, each once", () => {
    expect(receiversOf(" 信用示例 \n\n公示系统\n信用示例")).toEqual(["信用示例", "公示系统"]);
  });
});
