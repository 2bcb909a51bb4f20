import { describe, expect, it } from "vitest";
import { Problem } from "../src/api/client";
import { asReceiver, refusal, tokenIn } from "../src/extract/read";
import { actorText, detailText } from "../src/people/accounts";
import { inOrder, readsByGrant } from "../src/portrait/grants";
import { fileNameOf } from "../src/shell/save";
import { regionReportAddress, refusal as reportRefusal, today } from "../src/situation/region-report";
import { speaking } from "../src/words/say";

const zh = speaking("zh");
const TOKEN = `bkx_${"aB3-_".repeat(8)}aaa`;

describe("a receiver's token", () => {
  it("is found in what was pasted and behind the # of an address", () => {
    expect(tokenIn(` ${TOKEN}\n`)).toBe(TOKEN);
    expect(tokenIn(`#${TOKEN}`)).toBe(TOKEN);
    expect(tokenIn(`https://kitchen.test/console/extract#${TOKEN}`)).toBe(TOKEN);
  });

  it("is not taken for one where it is another secret or a part", () => {
    expect(tokenIn("bk_0123456789012345678901234567890123456789012")).toBeNull();
    expect(tokenIn("bkx_short")).toBeNull();
    expect(tokenIn("")).toBeNull();
  });

  it("travels in a header, without cookies and referrer", () => {
    expect(asReceiver(TOKEN)).toMatchObject({
      headers: { Authorization: `Bearer ${TOKEN}` },
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
  });

  it("that opens nothing is told without saying which of the reasons holds", () => {
    expect(refusal(zh, new Problem(401, {}))).toBe(refusal(zh, new Problem(403, {})));
    expect(refusal(zh, new Problem(429, {}))).toContain("频繁");
    expect(refusal(zh, new Problem(0, {}))).toContain("无法连接");
    expect(refusal(zh, null)).toBe("");
  });
});

describe("consents", () => {
  it("have their own reads, and those that stand come first", () => {
    const read = (grant_id: string, at: string) => ({ grant_id, at, address: "192.0.2.1", receiver: "银行" });
    const reads = readsByGrant([read("b", "3"), read("a", "2"), read("b", "1")]);
    expect(reads.get("b")?.map((one) => one.at)).toEqual(["3", "1"]);
    const grants = (["over", "standing", "withdrawn"] as const).map((state) => ({ state }));
    expect(inOrder(grants).map((one) => one.state)).toEqual(["standing", "over", "withdrawn"]);
  });
});

describe("what is taken away", () => {
  it("bears the name that the service gives", () => {
    expect(fileNameOf('attachment; filename="extract-1.pdf"', "other")).toBe("extract-1.pdf");
    expect(fileNameOf(null, "report.pdf")).toBe("report.pdf");
  });

  it("stands in the log with names of places, and a receiver is no account", () => {
    const places = new Map([["e1", "示例餐饮"]]);
    expect(detailText(zh, { act: "report_taken", detail: "report-1.pdf · e1 · abc" }, places)).toBe(
      "report-1.pdf · 示例餐饮 · abc",
    );
    expect(actorText(zh, { act: "extract_read", actor_id: null, actor_name: "银行" })).toBe("接收方：银行");
  });

  it("of a region is asked for by region, period and form", () => {
    expect(regionReportAddress("3301", "2026-01", "pdf", "zh")).toBe(
      "/api/v1/credit/report?region=3301&period=2026-01&format=pdf&language=zh",
    );
    expect(today(new Date("2026-01-31T17:00:00Z"))).toBe("2026-02-01");
    expect(reportRefusal(zh, new Problem(422, {}))).toContain("500");
  });
});
