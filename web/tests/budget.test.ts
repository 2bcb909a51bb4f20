import { describe, expect, it } from "vitest";
import { filesOf, loads } from "../tools/budget.mjs";

const MANIFEST = {
  "index.html": {
    file: "index.js",
    css: ["index.css"],
    imports: ["_shared.js"],
    dynamicImports: ["page.tsx"],
    isEntry: true,
  },
  "_shared.js": { file: "shared.js" },
  "page.tsx": { file: "page.js", imports: ["_shared.js", "index.html"], isDynamicEntry: true },
};

describe("what a browser loads first", () => {
  it("is a chunk with all that it imports, each file once", () => {
    expect(new Set(filesOf(MANIFEST, "page.tsx"))).toEqual(new Set(["page.js", "shared.js", "index.js", "index.css"]));
  });

  it("is counted for the start and for every route", () => {
    expect(loads(MANIFEST, () => 10)).toEqual({ "index.html": 30, "page.tsx": 40 });
  });
});
