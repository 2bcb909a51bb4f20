// What a person can say about an alert: a table. A verb of the API that is not in it is offered as well, under its own
// name and with the API's words for it; whether it is possible then the service decides.

import type { Permission } from "../api/client";
import { OFFERED } from "../api/generated/verbs";
import { type Say, spelled } from "../words/say";

export interface Verb {
  verb: string;
  step: string | null; // what it makes of the alert; null: unknown here
  key: string | null; // pressed on the desk
  permission: Permission | null; // null: the service decides
  isPossible: (state: string) => boolean;
  needsReason: boolean;
  isVerdict: boolean;
  name: (say: Say) => string;
  hint?: string;
}

const JUDGED = new Set(["confirmed", "dismissed", "unclear"]);
const verdict = (state: string) => (from: string) => from !== state && from !== "closed";

const TABLE: readonly Verb[] = [
  {
    verb: "confirm",
    step: "confirmed",
    key: "c",
    permission: "judge",
    isPossible: verdict("confirmed"),
    needsReason: false,
    isVerdict: true,
    name: (say) => say("确认属实", "Confirm"),
  },
  {
    verb: "dismiss",
    step: "dismissed",
    key: "d",
    permission: "judge",
    isPossible: verdict("dismissed"),
    needsReason: true,
    isVerdict: true,
    name: (say) => say("排除（误报）", "Dismiss"),
  },
  {
    verb: "unclear",
    step: "unclear",
    key: "u",
    permission: "judge",
    isPossible: verdict("unclear"),
    needsReason: false,
    isVerdict: true,
    name: (say) => say("无法判断", "Cannot tell"),
  },
  {
    verb: "acknowledge",
    step: "acknowledged",
    key: "a",
    permission: "acknowledge",
    isPossible: (state) => state === "raised",
    needsReason: false,
    isVerdict: false,
    name: (say) => say("签收", "Acknowledge"),
  },
  later("notify", "notified", "judge", false, "告知企业", "Notify the enterprise"),
  later("verify", "verified", "judge", false, "整改属实", "Verify"),
  later("send-back", "sent_back", "judge", true, "退回整改", "Send back"),
  later("close", "closed", "judge", false, "办结", "Close"),
  later("dispute", "disputed", null, true, "提出异议", "Dispute"),
  later("pause", "paused", "judge", true, "暂停计时", "Pause the clocks"),
  later("resume", "resumed", "judge", false, "恢复计时", "Resume the clocks"),
];

// A verb after the verdict. Only the service knows when it is open, and says so with the alert.
function later(verb: string, step: string, permission: Permission | null, must: boolean, zh: string, en: string): Verb {
  return {
    verb,
    step,
    key: null,
    permission,
    isPossible: () => false,
    needsReason: must,
    isVerdict: false,
    name: (say) => say(zh, en),
  };
}

export function verbs(offered: readonly { verb: string; what: string }[] = OFFERED): readonly Verb[] {
  const there = new Set(offered.map((one) => one.verb));
  const known = TABLE.filter((one) => there.has(one.verb));
  const others = offered
    .filter((one) => !TABLE.some((entry) => entry.verb === one.verb))
    .map((one) => ({
      verb: one.verb,
      step: null,
      key: null,
      permission: null,
      isPossible: (state: string) => state !== "closed",
      needsReason: false,
      isVerdict: false,
      name: () => spelled(one.verb),
      hint: one.what,
    }));
  return [...known, ...others];
}

// The steps that the service says are open to this account, where it says so.
export function openSteps(alert: object): readonly string[] | null {
  return (alert as { clock?: { open_steps?: string[] } }).clock?.open_steps ?? null;
}

// What this account may say now: as the service tells it, else by state and permission.
export function offered(alert: { state: string }, permissions: readonly Permission[], all = verbs()): readonly Verb[] {
  const open = openSteps(alert);
  if (open === null) return possible(alert.state, permissions, all);
  return all.filter((one) => one.step === null || open.includes(one.step));
}

export function possible(state: string, permissions: readonly Permission[], all = verbs()): readonly Verb[] {
  return all.filter(
    (one) => one.isPossible(state) && (one.permission === null || permissions.includes(one.permission)),
  );
}

// What may be said about many alerts at once: only what this console knows.
export function together(permissions: readonly Permission[], all = verbs()): readonly Verb[] {
  return all.filter((one) => one.key !== null && one.permission !== null && permissions.includes(one.permission));
}

// A verdict that takes the place of another needs a reason, whatever it is.
export function needsReason(verb: Verb, state: string): boolean {
  return verb.needsReason || (verb.isVerdict && JUDGED.has(state));
}
