import { describe, expect, it } from "vitest";
import { inOrder } from "../src/shell/order";

describe("the order in which parts of a page come", () => {
  it("shows the first part from the beginning", () => expect(inOrder([false, false, false])).toBe(1));
  it("shows nothing below a part that awaits its answer, whatever has come", () =>
    expect(inOrder([true, false, true])).toBe(2));
  it("shows all once all have their answers", () => expect(inOrder([true, true, true])).toBe(3));
});
