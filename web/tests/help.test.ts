import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TERMS } from "../src/api/generated/glossary";
import { isDemo } from "../src/help/steps";
import { termsOf } from "../tools/glossary.mjs";

const SOURCES = new URL("../src/", import.meta.url);

describe("the glossary", () => {
  it("reads each row of the table with its meaning in both languages where there are both", () => {
    const text =
      "words\n| word | 中文 | means | 释义 | not |\n|---|---|---|---|---|\n| a `b` | 甲 | see [x](y.md) | 释 | c |\n";
    expect(termsOf(text)).toEqual([{ word: "a b", zh: "甲", en: "see x", meansZh: "释" }]);
    expect(TERMS.length).toBeGreaterThan(50);
    expect(TERMS.find((term) => term.word === "lead")?.meansZh).toContain("不计入任何评价");
  });

  it("knows every word that a page leads to", () => {
    const words = readdirSync(SOURCES, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".tsx"))
      .flatMap((name) => [...readFileSync(new URL(name, SOURCES), "utf-8").matchAll(/<Term word="([^"]+)"/g)])
      .map((found) => found[1]);
    expect(words.length).toBeGreaterThan(1);
    expect(words.filter((word) => !TERMS.some((term) => term.word === word))).toEqual([]);
  });
});

describe("the tour", () => {
  it("shows itself on the demonstration only", () => {
    expect(isDemo(["00000000-0000-7000-8000-000000000003"])).toBe(true);
    expect(isDemo(["0190aaaa-0000-7000-8000-000000000001"])).toBe(false);
    expect(isDemo([])).toBe(false);
  });
});
