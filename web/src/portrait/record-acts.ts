// Which steps a decision on record may take next, and how receivers are typed. The service has the last word.

import type { PublicRecord } from "../api/client";

export type Act = "settle" | "contest" | "publish" | "withdraw" | "repair";

const FROM: Readonly<Record<Act, readonly string[]>> = {
  settle: ["recorded", "published", "contested"],
  contest: ["recorded", "published"],
  publish: ["recorded"],
  withdraw: ["recorded", "published", "contested", "expired"], // who was told must hear of a revocation later too
  repair: ["published"],
};
const ORDER: readonly Act[] = ["settle", "contest", "publish", "withdraw", "repair"];

// Nothing is offered for publication that is not on record as final.
export function offeredActs(record: Pick<PublicRecord, "state" | "steps">): Act[] {
  const isFinal = record.steps.some((step) => step.kind === "final");
  return ORDER.filter((act) => FROM[act].includes(record.state) && (act !== "publish" || isFinal));
}

// One a line; blank lines and doubles say nothing.
export const receiversOf = (text: string): string[] => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  ),
];
