import { describe, expect, it } from "vitest";
import type {
  CodeView,
  Credit,
  EnterpriseView,
  LeadEntry,
  LedgerCount,
  Reading,
  Repair,
  Snapshot,
} from "../src/api/client";
import {
  afterOf,
  byCode,
  byPolicy,
  changes,
  daysEarlier,
  fates,
  found,
  glimpse,
  grouped,
  inOrder,
  isUnreviewed,
  left,
  licenceLeft,
  mayEnter,
  ordered,
  reportAddress,
  shadeOf,
  tally,
  told,
  within,
} from "../src/portrait/figures";
import { readAll } from "../src/portrait/queries";
import { bodyOf } from "../src/portrait/record-form";
import { clauseOf, figureWords, recovery, repairReason } from "../src/words/credit";
import { speaking } from "../src/words/say";

const zh = speaking("zh");
const en = speaking("en");

function firm(number: number, changes_: Partial<EnterpriseView> = {}): EnterpriseView {
  return {
    enterprise_id: `firm-${number}`,
    name: `示例 ${number}`,
    credit_code: `9100000000000000${number}`,
    type: "restaurant",
    head_office_id: null,
    licence_no: null,
    licence_valid_to: null,
    region: "330000",
    ...changes_,
  };
}

const credit = (colour: Credit["colour"], index: number | null, standing: Credit["standing"] = "known") =>
  ({ colour, index, standing }) as Credit;

describe("the list", () => {
  it("shows a colour only where there is an index", () => {
    expect(shadeOf(credit("green", 90))).toBe("green");
    expect(shadeOf(credit("green", null, "new"))).toBe("new");
    expect(shadeOf(credit(null, null, "insufficient"))).toBe("insufficient");
  });

  it("puts red first, the lowest first, and what is not known yet last", () => {
    const rows = [
      { enterprise: firm(1), credit: credit("green", 92) },
      { enterprise: firm(2), credit: undefined },
      { enterprise: firm(3), credit: credit("red", 55) },
      { enterprise: firm(4), credit: credit("red", 41) },
      { enterprise: firm(5), credit: credit(null, null, "insufficient") },
    ];
    expect(ordered(rows).map((row) => row.enterprise.enterprise_id)).toEqual([
      "firm-4",
      "firm-3",
      "firm-5",
      "firm-1",
      "firm-2",
    ]);
    expect(tally(rows)).toEqual({ red: 2, orange: 0, insufficient: 1, new: 0, green: 1 });
  });

  it("finds by name, by the beginning of the code and by region", () => {
    const all = [firm(1, { name: "春禾面馆" }), firm(2, { credit_code: "92ABC", region: null })];
    expect(found(all, "面馆")).toEqual([all[0]]);
    expect(found(all, " 92abc ")).toEqual([all[1]]);
    expect(found(all, "33")).toEqual([all[0]]);
    expect(found(all, "")).toEqual(all);
  });
});

describe("leads", () => {
  const entry = (number: number, alert: string, kind: LeadEntry["kind"], at: string) =>
    ({ number, alert_id: alert, kind, at, code: "pest.rodent", site_id: "s", day: at.slice(0, 10) }) as LeadEntry;
  const entries = [
    entry(1, "one", "detected", "2026-01-01T08:00:00Z"),
    entry(2, "two", "detected", "2026-01-02T08:00:00Z"),
    entry(3, "one", "confirmed", "2026-01-03T08:00:00Z"),
    entry(4, "three", "detected", "2026-01-04T08:00:00Z"),
    entry(5, "three", "expired", "2026-01-30T08:00:00Z"),
  ];

  it("are one line an alert, with the last word about it, the newest first", () => {
    const lines = fates(entries);
    expect(lines.map((one) => [one.alertId, one.kind])).toEqual([
      ["three", "expired"],
      ["two", "detected"],
      ["one", "confirmed"],
    ]);
    expect(fates([...entries].reverse())).toEqual(lines);
  });

  it("that nobody has judged are told apart from those that a person has", () => {
    expect(fates(entries).filter(isUnreviewed)).toHaveLength(2);
    expect(isUnreviewed({ kind: "dismissed" })).toBe(false);
  });
});

describe("figures", () => {
  it("are summed by code over days and sites", () => {
    const count = (code: string, confirmed: number, detected: number) =>
      ({
        code,
        confirmed,
        detected,
        dismissed: 0,
        abstained: 0,
        expired: 0,
        rectified: 1,
        verified: 0,
        reviewed: confirmed,
        site_id: "s",
        day: "2026-01-01",
      }) as LedgerCount;
    const sums = byCode([count("a.b", 1, 4), count("c.d", 3, 3), count("a.b", 1, 1)]);
    expect(sums.map((sum) => [sum.code, sum.detected, sum.confirmed, sum.rectified])).toEqual([
      ["c.d", 3, 3, 1],
      ["a.b", 5, 2, 2],
    ]);
  });

  it("of dimensions stay under their groups, and the deductions add up", () => {
    const reading = (id: string, group: string, deduction: number) =>
      ({ dimension_id: id, group_zh: group, group_en: group, deduction }) as Reading;
    const groups = grouped([reading("S1", "self", 1.5), reading("R1", "authority", 4), reading("S2", "self", 0.5)]);
    expect(groups.map((group) => [group.en, group.deduction, group.readings.length])).toEqual([
      ["self", 2, 2],
      ["authority", 4, 1],
    ]);
  });

  it("of a day are the last that was told, and only a turn of the colour is a change", () => {
    const snapshot = (day: string, colour: Snapshot["colour"], made: string) =>
      ({ day, colour, made_at: made, standing: "known" }) as Snapshot;
    const all = [
      snapshot("2026-01-03", "orange", "2026-01-03T09:00:00Z"),
      snapshot("2026-01-01", "green", "2026-01-01T09:00:00Z"),
      snapshot("2026-01-02", "red", "2026-01-02T08:00:00Z"),
      snapshot("2026-01-02", "green", "2026-01-02T09:00:00Z"),
    ];
    expect(told(all).map((one) => one.colour)).toEqual(["green", "green", "orange"]);
    expect(changes(all)).toEqual([{ day: "2026-01-03", from: "green", to: "orange" }]);
  });

  it("count days without a clock", () => {
    expect(daysEarlier("2026-03-01", 1)).toBe("2026-02-28");
    expect(licenceLeft("2026-03-11", "2026-03-01")).toBe(10);
    expect(licenceLeft("2026-02-27", "2026-03-01")).toBe(-2);
    expect(licenceLeft("2027-03-01", "2026-03-01")).toBeNull();
    expect(licenceLeft(null, "2026-03-01")).toBeNull();
  });

  it("that people type are kept within what the service takes", () => {
    expect(["12", "-3", "x", "99999"].map((text) => within(text, 1_100))).toEqual([12, 0, 0, 1_100]);
  });
});

describe("ledgers are read page by page", () => {
  const page = (after: number, last: number) => ({
    items: [after],
    next: after + 1 < last ? `/api/v1/enterprises/f/ledgers/leads?after=${after + 1}&limit=1` : null,
  });

  it("to the end", async () => {
    expect(await readAll(async (after) => page(after, 3))).toEqual({ items: [0, 1, 2], isAll: true });
    expect(afterOf(null)).toBeNull();
  });

  it("or up to a number of pages, and says that this was not all", async () => {
    expect(await readAll(async (after) => page(after, 9), 2)).toEqual({ items: [0, 1], isAll: false });
  });
});

describe("repair lists", () => {
  const answer = (policy: string, listed: Repair["listed"]) => ({ policy, policy_zh: policy, listed }) as Repair;

  it("stand under each policy, what may be repaired first", () => {
    const lists = byPolicy([answer("samr", "not_yet"), answer("ndrc", "expired"), answer("ndrc", "repairable")]);
    expect(lists.map((one) => [one.policy, one.answers.map((each) => each.listed)])).toEqual([
      ["ndrc", ["repairable", "expired"]],
      ["samr", ["not_yet"]],
    ]);
  });

  it("give their reason in both languages, and a new one in its own words", () => {
    expect(repairReason(en, "未满最短公示期")).toContain("least time");
    expect(repairReason(zh, "处罚种类不予提前修复：suspension")).toBe("处罚种类不予提前修复：责令停产停业");
    expect(repairReason(en, "另有规定")).toBe("另有规定");
  });
});

describe("the way back", () => {
  const finding = {
    remedy: "open",
    regained: 1.94,
    due_on: "2026-01-05",
    faded_on: "2028-02-01",
    gone_on: "2027-01-05",
  };

  it("tells by when, what it gives back and when it is over", () => {
    const lines = recovery(zh, finding, "2026-01-04").join("；");
    expect(lines).toContain("整改期限 2026-01-05");
    expect(lines).toContain("+1.9");
    expect(lines).toContain("2027-01-05 起不再计入");
  });

  it("does not promise that it fades after it is gone", () => {
    expect(recovery(zh, finding, "2026-01-04").join()).not.toContain("2028-02-01");
    expect(recovery(zh, { ...finding, faded_on: "2026-10-01" }, "2026-01-04").join()).toContain("2026-10-01");
  });

  it("says that it is overdue, and of a corrected one only when it ends", () => {
    expect(recovery(en, finding, "2026-01-06")[0]).toContain("overdue");
    expect(recovery(en, { ...finding, remedy: "on_time" }, "2026-01-06")).toHaveLength(1);
  });
});

describe("records", () => {
  it("are entered by officers only: an administrator enters none", () => {
    expect(mayEnter({ role: "regulator", permissions: ["record"] })).toBe(true);
    expect(mayEnter({ role: "admin", permissions: ["record"] })).toBe(false);
    expect(mayEnter({ role: "operator", permissions: ["read_credit"] })).toBe(false);
  });

  it("are sent as the document has them", () => {
    const form = new FormData();
    for (const [name, value] of [
      ["kind", "penalty"],
      ["document_no", " 示例〔2026〕1号 "],
      ["outcomes", "fine"],
      ["outcomes", "warning"],
      ["fine_yuan", "5000"],
      ["clauses", "cn.fsl.34@2021、cn.fsl.33@2021\n"],
    ] as const)
      form.append(name, value);
    expect(bodyOf(form)).toMatchObject({
      kind: "penalty",
      document_no: "示例〔2026〕1号",
      outcomes: ["fine", "warning"],
      fine_yuan: 5000,
      clauses: ["cn.fsl.34@2021", "cn.fsl.33@2021"],
    });
    form.delete("fine_yuan");
    expect(bodyOf(form).fine_yuan).toBeNull();
  });
});

it("figures of an entry are told in usual units", () => {
  expect(figureWords(zh, { score_tenths: 875, acknowledged_after_seconds: 900 })).toBe("得分 87.5 · 响应用时 15 分钟");
  expect(figureWords(en, { observed_seconds: 36_000, unknown_word: 3 })).toBe("Observed 10.0 h · unknown word 3");
});

describe("a clause on record", () => {
  const clause = {
    clause_id: "fsl-33-1-2",
    version: "2025",
    law: "食品安全法",
    article: "第二项",
    url: "https://law",
    verified: true,
  };
  const codes = [{ clauses: [clause] }] as unknown as CodeView[];

  it("is named, with its link, in the version of the catalogue", () => {
    const found = clauseOf(zh, "fsl-33-1-2@2025", codes);
    expect(found).toEqual({ text: "食品安全法（2025） 第二项", url: "https://law", isVerified: true });
  });

  it("keeps the version it was recorded in, without a link to another text", () => {
    const found = clauseOf(zh, "fsl-33-1-2@2021", codes);
    expect(found).toEqual({ text: "食品安全法（2021） 第二项", url: "", isVerified: null });
  });

  it("that nobody knows stays as it is", () => {
    expect(clauseOf(zh, "other-1@1", codes).text).toBe("other-1@1");
  });
});

describe("dates and reports", () => {
  it("puts what is over first and says how long is left", () => {
    const dates = [{ on: "2026-12-01" }, { on: "2026-10-01" }, { on: "2026-11-30" }];
    expect(inOrder(dates).map((one) => one.on)).toEqual(["2026-10-01", "2026-11-30", "2026-12-01"]);
    const due = (days_left: number) => ({ on: `2026-${days_left < 0 ? "01" : "12"}-${10 + days_left}`, days_left });
    const many = [due(5), due(-4), due(-3), due(-2), due(-1), due(1)];
    expect(glimpse(many, 2, 1).map((one) => one.days_left)).toEqual([-4, -3, 1]);
    expect(glimpse(many).map((one) => one.days_left)).toEqual([-4, -3, -2, 1, 5]);
    expect([left(zh, -2), left(zh, 0), left(en, 3)]).toEqual(["已过 2 天", "今天", "3 days left"]);
  });

  it("asks for the report in the language of the page", () => {
    expect(reportAddress("firm 1", "2026-10", "xlsx", "en")).toBe(
      "/api/v1/enterprises/firm%201/report?period=2026-10&format=xlsx&language=en",
    );
  });
});
