import { describe, expect, it } from "vitest";
import { filterOf, matches, NO_FILTER, type Page, queryOf, TO_REVIEW, withStep } from "../src/alerts/list";
import { row, step } from "./samples";

const OPEN = { ...NO_FILTER, states: TO_REVIEW };
const pages: readonly Page[] = [
  { items: [row(4), row(3)], next: "c" },
  { items: [row(2), row(1)], next: null },
];

describe("a list that the feed changes", () => {
  it("puts a new alert that matches first", () => {
    const after = withStep(pages, step(5, "raised"), OPEN);
    expect(after[0]?.items.map((one) => one.alert_id)).toEqual(["alert-00005", "alert-00004", "alert-00003"]);
    expect(after[1]).toBe(pages[1]);
  });

  it("leaves out a new alert that does not match", () => {
    expect(withStep(pages, step(5, "raised", { class: "II" }), { ...OPEN, classes: ["I"] })).toBe(pages);
  });

  it("shows a known alert as it is now, also where it no longer matches", () => {
    const after = withStep(pages, step(1, "confirmed", { sequence: 2, state: "confirmed", reviewed: true }), OPEN);
    expect(after[1]?.items[1]?.state).toBe("confirmed");
    expect(after[0]).toBe(pages[0]);
  });

  it("takes no step twice and none that is older than what it knows", () => {
    const once = withStep(pages, step(2, "updated", { sequence: 3 }), OPEN);
    expect(withStep(once, step(2, "updated", { sequence: 3 }), OPEN)).toBe(once);
    expect(withStep(once, step(2, "acknowledged", { sequence: 2, state: "acknowledged" }), OPEN)).toBe(once);
    expect(withStep(once, step(4, "raised"), OPEN)).toBe(once);
  });

  it("does not bring in an alert of long ago because of a later step", () => {
    expect(withStep(pages, step(99, "ended", { sequence: 7 }), OPEN)).toBe(pages);
  });

  it("hears a step of a name that it does not know", () => {
    const after = withStep(pages, step(3, "second_reviewed", { sequence: 2 }), OPEN);
    expect(after[0]?.items[1]?.sequence).toBe(2);
  });
});

describe("a filter in the address", () => {
  it("is what is to be reviewed where the address says nothing", () => {
    expect(filterOf(new URLSearchParams()).states).toEqual(TO_REVIEW);
    expect(queryOf(OPEN).toString()).toBe("");
  });

  it.each([
    OPEN,
    NO_FILTER,
    { ...NO_FILTER, states: ["confirmed", "unclear"], classes: ["I", "II"], codes: ["pest.rodent"] },
    { ...OPEN, enterprise: "enterprise-1", site: "s", camera: "c", open: true, from: "2026-01-01", to: "2026-02-01" },
    { ...OPEN, open: false },
  ])("comes back from its own address: %o", (filter) => {
    expect(filterOf(new URLSearchParams(queryOf(filter).toString()))).toEqual(filter);
  });

  it("asks for all of its parts", () => {
    const filter = {
      ...OPEN,
      classes: ["I"],
      codes: ["pest.rodent"],
      camera: "camera-1",
      open: true,
      from: "2026-01-05",
    };
    expect(matches(row(1), filter)).toBe(true);
    expect(matches(row(1, { camera_id: "camera-2" }), filter)).toBe(false);
    expect(matches(row(1, { ended_at: "2026-01-05T09:00:00Z" }), filter)).toBe(false);
    expect(matches(row(1, { local_day: "2026-01-04" }), filter)).toBe(false);
    expect(matches(row(1, { state: "closed" }), filter)).toBe(false);
  });
});
