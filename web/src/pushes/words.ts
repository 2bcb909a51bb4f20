// What is said about platforms that are told of public records, and about what each was told.

import { Problem, type Schema } from "../api/client";
import { refusalText } from "../people/accounts";
import { named } from "../words/names";
import type { Say } from "../words/say";

export type Receiver = Schema["ReceiverView"];
export type Push = Schema["PushView"];
export type PushState = Schema["PushState"];

export const pushStateName = named({
  waiting: ["待推送", "Waiting"],
  by_hand: ["待人工告知", "To be told by hand"],
  delivered: ["已送达", "Delivered"],
  given_up: ["已放弃", "Given up"],
  superseded: ["无需再推送", "Not needed any more"],
});

export const pushActionName = named({
  publish: ["公示", "Publication"],
  withdraw: ["撤回", "Withdrawal"],
  repair: ["信用修复", "Repair"],
});

// What is late is told first, whatever else it is.
export function pushTone(push: Pick<Push, "state" | "is_overdue">): string {
  if (push.is_overdue) return "class-I";
  return { waiting: "warn", by_hand: "warn", delivered: "good", given_up: "class-I", superseded: "" }[push.state] ?? "";
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^the receiver is switched off$/, "该平台已停用，不推送新公示"],
  [/^the publication is over.*$/, "公示已结束，无需推送"],
  [/^HTTP (\d+)$/, "对方返回 HTTP $1"],
];

// Why it waits. What the other side said, and what a person wrote, stays in its own words.
export function reasonText(say: Say, reason: string | null): string {
  if (reason === null) return "";
  const known = REASONS.find(([pattern]) => pattern.test(reason));
  return known ? say(reason.replace(known[0], known[1]), reason) : reason;
}

export interface Tally {
  delivered: number;
  open: number;
  overdue: number;
  givenUp: number;
}

export function tallyOf(pushes: readonly Pick<Push, "state" | "is_overdue">[]): Tally {
  const count = (states: readonly PushState[]) => pushes.filter((one) => states.includes(one.state)).length;
  return {
    delivered: count(["delivered"]),
    open: count(["waiting", "by_hand"]),
    overdue: pushes.filter((one) => one.is_overdue).length,
    givenUp: count(["given_up"]),
  };
}

// What an officer may do about a delivery. The service has the last word.
export type PushAct = "again" | "give-up" | "confirm";
const FROM: Readonly<Record<PushAct, readonly PushState[]>> = {
  again: ["waiting", "given_up"],
  confirm: ["waiting", "by_hand"],
  "give-up": ["waiting", "by_hand"],
};
export const offeredPushActs = (state: PushState): PushAct[] =>
  (Object.keys(FROM) as PushAct[]).filter((act) => FROM[act].includes(state));

export interface Typed {
  name: string;
  address: string;
  secret: string;
  isEverything: boolean;
  enterpriseIds: string[];
  isEnabled: boolean;
}

// An empty address keeps the one that is there, with its secret. One without the other the service refuses by name.
export function bodyOf(typed: Typed, version: number | null): Schema["ReceiverBody"] {
  const address = typed.address.trim();
  const secret = typed.secret.trim();
  return {
    name: typed.name.trim(),
    everything: typed.isEverything,
    enterprise_ids: typed.isEverything ? [] : typed.enterpriseIds,
    is_enabled: typed.isEnabled,
    ...(address ? { address } : {}),
    ...(secret ? { secret } : {}),
    ...(version === null ? {} : { version }),
  };
}

export function refused(say: Say, error: unknown): string {
  if (!error) return "";
  if (!(error instanceof Problem)) return refusalText(say, error);
  if (error.kind === "receiver-in-use")
    return say(
      "已有推送记录：平台须能收到撤回，不能删除，请改为停用。",
      "Something was ordered for it: it must hear of withdrawals. Switch it off instead.",
    );
  if (error.kind.endsWith("name-taken")) return say("已有同名的平台。", "There is a platform of that name already.");
  if (error.status === 412)
    return say("其他人刚刚修改过，请刷新后重试。", "Somebody has just changed it: load the page again.");
  if (error.status === 403) return say("仅执法人员可以操作。", "Officers only.");
  if (error.status === 409) return say("状态已变，请刷新后再看。", "It stands otherwise by now: load the page again.");
  const field = error.fields[0];
  if (!field) return refusalText(say, error);
  const words: Readonly<Record<string, string>> = {
    address: say("地址不可用", "The address is not accepted"),
    secret: say("签名密钥不可用", "The secret is not accepted"),
    enterprises: say("范围不可用", "The reach is not accepted"),
    name: say("名称不可用", "The name is not accepted"),
  };
  const part = field.field.replace(/^body\./, "");
  return `${words[part] ?? part}${say("：", ": ")}${field.expected}`;
}
