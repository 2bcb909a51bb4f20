// One step for many alerts, a few at a time. What was changed by somebody else meanwhile is left out and told.

import { isProblem, Problem, takeStep } from "../api/client";
import type { Row } from "./list";

export interface Outcome {
  done: string[];
  changed: string[]; // somebody was quicker
  failed: { alertId: string; why: string; kind: string }[];
}

export type Take = (alertId: string, verb: string, reason: string, sequence: number) => Promise<unknown>;

const AT_A_TIME = 4;

// Calls `told` with how many are through after each. The sequence that the person saw is what is judged.
export async function takeSteps(
  rows: readonly Row[],
  verb: string,
  reason: string,
  told: (count: number) => void,
  take: Take = takeStep,
): Promise<Outcome> {
  const outcome: Outcome = { done: [], changed: [], failed: [] };
  const waiting = [...rows];
  let through = 0;
  const work = async () => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      try {
        await take(row.alert_id, verb, reason, row.sequence);
        outcome.done.push(row.alert_id);
      } catch (error) {
        if (isProblem(error, "alert-conflict")) outcome.changed.push(row.alert_id);
        else
          outcome.failed.push({
            alertId: row.alert_id,
            why: error instanceof Problem ? error.message : String(error),
            kind: error instanceof Problem ? error.kind : "",
          });
      }
      through += 1;
      told(through);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return outcome;
}
