import { describe, expect, it } from "vitest";
import { takeSteps } from "../src/alerts/batch";
import { needsReason, offered, possible, together, verbs } from "../src/alerts/verbs";
import { Problem } from "../src/api/client";
import { row } from "./samples";

const ALL = ["acknowledge", "confirm", "dismiss", "unclear"].map((verb) => ({ verb, what: "" }));
const named = (list: readonly { verb: string }[]) => list.map((one) => one.verb);

describe("what can be said about an alert", () => {
  it("follows the permissions", () => {
    expect(named(possible("raised", ["read"], verbs(ALL)))).toEqual([]);
    expect(named(possible("raised", ["acknowledge"], verbs(ALL)))).toEqual(["acknowledge"]);
    expect(named(possible("raised", ["judge"], verbs(ALL)))).toEqual(["confirm", "dismiss", "unclear"]);
  });

  it("follows the state", () => {
    const may = ["judge", "acknowledge"] as const;
    expect(named(possible("confirmed", may, verbs(ALL)))).toEqual(["dismiss", "unclear"]);
    expect(named(possible("closed", may, verbs(ALL)))).toEqual([]);
  });

  it("offers a verb that the service has learnt since, under its own name and not in bulk", () => {
    const all = verbs([...ALL, { verb: "second-review", what: "Judge without the first verdict." }]);
    const found = possible("confirmed", ["judge"], all).find((one) => one.verb === "second-review");
    expect(found?.name((zh) => zh)).toBe("second review");
    expect(found?.hint).toBe("Judge without the first verdict.");
    expect(named(together(["judge", "acknowledge"], all))).not.toContain("second-review");
  });

  it("is what the service says is open, where it says so", () => {
    const all = verbs([...ALL, { verb: "send-back", what: "" }]);
    const alert = { state: "rectified", clock: { open_steps: ["sent_back", "verified"] } };
    expect(named(offered(alert, [], all))).toEqual(["send-back"]);
    expect(named(offered({ state: "rectified" }, ["judge"], all))).toEqual(["confirm", "dismiss", "unclear"]);
  });

  it("asks for a reason to dismiss, and to change a verdict", () => {
    const [confirm, dismiss] = verbs(ALL);
    if (!confirm || !dismiss) throw new Error("there are no verbs");
    expect(needsReason(dismiss, "raised")).toBe(true);
    expect(needsReason(confirm, "acknowledged")).toBe(false);
    expect(needsReason(confirm, "dismissed")).toBe(true);
  });
});

describe("one step for many alerts", () => {
  it("judges each as it was seen, and tells what somebody else changed and what failed", async () => {
    const asked: [string, number][] = [];
    const told: number[] = [];
    const rows = Array.from({ length: 9 }, (_, number) => row(number, { sequence: number + 1 }));
    const outcome = await takeSteps(
      rows,
      "dismiss",
      "why",
      (count) => told.push(count),
      async (id, _verb, _reason, sequence) => {
        asked.push([id, sequence]);
        if (id === "alert-00003") throw new Problem(409, { type: "urn:brightkitchen:problem:alert-conflict" });
        if (id === "alert-00005") throw new Problem(500, { detail: "broken" });
      },
    );
    expect(asked).toHaveLength(9);
    expect(asked).toContainEqual(["alert-00007", 8]);
    expect(outcome.done).toHaveLength(7);
    expect(outcome.changed).toEqual(["alert-00003"]);
    expect(outcome.failed).toEqual([{ alertId: "alert-00005", why: "broken", kind: "" }]);
    expect(told.at(-1)).toBe(9);
  });
});
