import { describe, expect, it } from "vitest";
import { entryPath, madeBy, type NamedEntry, type Traced, worthOf } from "../src/portrait/standing";
import { speaking } from "../src/words/say";

const en = speaking("en");

const step = (kind: string, changes: Partial<NamedEntry> = {}): NamedEntry =>
  ({ entry_id: kind, kind, alert_id: "alert-1", is_corrected: false, ...changes }) as NamedEntry;

const traced = (entry: NamedEntry, steps: NamedEntry[] = []): Traced => ({ entry, case: steps }) as unknown as Traced;

const counts = (...steps: NamedEntry[]) => worthOf(en, traced(steps[0] as NamedEntry, steps)).counts;

describe("what an entry comes to", () => {
  it("counts while the last verdict of its case confirms it, whatever was done since", () => {
    expect(counts(step("confirmed"))).toBe(true);
    expect(counts(step("confirmed"), step("rectified"), step("verified"), step("closed"))).toBe(true);
    expect(counts(step("confirmed"), step("disputed"), step("confirmed"))).toBe(true);
    for (const last of ["disputed", "suspended", "overturned"])
      expect(counts(step("confirmed"), step("rectified"), step(last))).toBe(false);
  });

  it("counts no more once it, or the verdict of its case, was corrected", () => {
    const wrong = step("confirmed", { is_corrected: true });
    const later = step("verified");
    expect(counts(wrong)).toBe(false);
    expect(worthOf(en, traced(later, [wrong, later])).counts).toBe(false);
    expect(worthOf(en, traced(step("level", { alert_id: null, is_corrected: true }))).counts).toBe(false);
  });

  it("counts by itself where it is about no alert, and a correction never does", () => {
    expect(worthOf(en, traced(step("inspection", { alert_id: null }))).counts).toBe(true);
    expect(worthOf(en, traced(step("correction", { alert_id: null }))).counts).toBe(false);
  });
});

it("is not called entered where the program measured it", () => {
  const zh = speaking("zh");
  expect(["observed", "inspection", "correction"].map((kind) => madeBy(zh, kind))).toEqual([
    "程序计量",
    "人工录入",
    "人工录入",
  ]);
});

it("leads to a page whose address keeps the colons of an id", () => {
  expect(entryPath("enterprise-1", "observed:site-1:2026-01-04")).toBe(
    "/enterprises/enterprise-1/entries/observed%3Asite-1%3A2026-01-04",
  );
});
