import { expect, test } from "vitest";
import { insisting } from "../src/shell/late";

test("what fails is loaded again after growing waits", async () => {
  const waits: number[] = [];
  let calls = 0;
  const load = async () => {
    calls += 1;
    if (calls < 3) throw new Error("away");
    return "there";
  };

  await expect(insisting(load, [1, 2, 4], async (ms) => waits.push(ms))).resolves.toBe("there");
  expect(waits).toEqual([1, 2]);
});

test("what never comes fails in the end, with its own words", async () => {
  let calls = 0;
  const load = async () => {
    calls += 1;
    throw new Error(`away ${calls}`);
  };

  await expect(insisting(load, [1, 2], async () => undefined)).rejects.toThrow("away 3");
});
