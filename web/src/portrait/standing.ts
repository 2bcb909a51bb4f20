// What an entry of the supervision ledger comes to, by the rule that the index follows: a case counts while its last
// verdict confirms it, and what a correction names counts no more.

import type { Schema } from "../api/client";
import type { Say } from "../words/say";

export type Traced = Schema["TracedEntryView"];
export type NamedEntry = Schema["NamedEntryView"];

const VERDICTS = ["confirmed", "disputed", "suspended", "overturned"];

export interface Worth {
  words: string;
  tone: "good" | "warn" | "";
  counts: boolean;
}

export function worthOf(say: Say, traced: Traced): Worth {
  const { entry } = traced;
  const none = (zh: string, en: string): Worth => ({ words: say(zh, en), tone: "warn", counts: false });
  if (entry.kind === "correction") return { words: say("更正另一条目", "Corrects another"), tone: "", counts: false };
  if (entry.is_corrected) return none("已更正，不再计入", "Corrected: counts no more");
  if (entry.alert_id === null) return { words: say("有效", "In force"), tone: "good", counts: true };
  switch (lastVerdict(traced.case)) {
    case "confirmed":
      return { words: say("有效", "In force"), tone: "good", counts: true };
    case "disputed":
      return none("异议待复核，暂不计入", "Disputed: does not count until it is decided");
    case "suspended":
      return none("暂不认定，不计入", "Suspended: does not count");
    case "overturned":
      return none("认定已撤销，不计入", "Overturned: does not count");
    default:
      return none("认定已更正，不计入", "Its verdict was corrected: does not count");
  }
}

function lastVerdict(steps: readonly NamedEntry[]): string | undefined {
  return steps.filter((one) => VERDICTS.includes(one.kind) && !one.is_corrected).at(-1)?.kind;
}

// Where an entry that is about no alert comes from, and what stands behind it.
export function originOf(say: Say, kind: string): string {
  if (kind === "observed")
    return say(
      "由程序按当日实际收到画面的时间计量，非人工录入，不附图片。",
      "Measured by the program: the time in which pictures came that day. Entered by nobody; there is no picture.",
    );
  if (kind === "correction")
    return say(
      "由执法人员更正：被更正的条目保留在台账中，但不再计入。",
      "An officer's correction: what it corrects stays in the ledger and counts no more.",
    );
  return say(
    "由人员录入，不来自 AI，不附图片；依据是录入人写明的理由。",
    "Entered by a person and not by the AI; there is no picture. What it rests on is the reason that was given.",
  );
}

// The same in a line of the ledger: what nobody typed was not entered.
export const madeBy = (say: Say, kind: string): string =>
  kind === "observed" ? say("程序计量", "Measured") : say("人工录入", "Entered");

// An entry has a page of its own. Its id may hold colons.
export const entryPath = (enterpriseId: string, entryId: string): string =>
  `/enterprises/${encodeURIComponent(enterpriseId)}/entries/${encodeURIComponent(entryId)}`;
