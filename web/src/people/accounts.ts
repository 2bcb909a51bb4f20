// What is said about accounts: their reach, their tokens, and what the log tells of them.

import {
  type AccountAct,
  type AccountEntry,
  type ListedUser,
  Problem,
  type ScopeBody,
  type TokenView,
} from "../api/client";
import { serviceNow } from "../shell/clock";
import { named, roleName } from "../words/names";
import type { Say } from "../words/say";

export type Places = ReadonlyMap<string, string>; // names of enterprises and sites by id

export const AT_THE_MACHINE = "the machine's command line";

export const actName: (say: Say, act: AccountAct | string) => string = named({
  logged_in: ["登录", "Logged in"],
  session_ended: ["结束登录", "Ended logins"],
  user_added: ["新建账户", "Account added"],
  user_changed: ["变更角色或范围", "Rights changed"],
  user_closed: ["停用账户", "Account closed"],
  password_changed: ["修改密码", "Password changed"],
  password_reset: ["重置密码", "Password reset"],
  factor_set: ["启用两步验证", "Second factor set"],
  factor_removed: ["停用两步验证", "Second factor removed"],
  factor_reset: ["重置两步验证", "Second factor reset"],
  recovery_codes_made: ["重新生成恢复码", "New recovery codes"],
  recovery_code_used: ["使用恢复码", "Recovery code used"],
  token_added: ["新建令牌", "Token added"],
  token_revoked: ["吊销令牌", "Token revoked"],
  report_taken: ["下载报表", "Report taken"],
  extract_read: ["第三方读取摘录", "Extract read"],
  evidence_taken: ["下载证据或材料", "Evidence taken"],
});

const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  everything: ["全部", "everything"],
  nothing: ["无", "nothing"],
  inactive: ["已停用", "inactive"],
  all: ["全部登录", "all"],
  "all others": ["其他全部登录", "all others"],
};
const TAKEN = new Set(["report_taken", "extract_read", "evidence_taken"]); // file or place, parts between dots
const ROLES = new Set(["admin", "operator", "regulator", "viewer", "privacy"]);

// The detail of an entry. What the service writes in short words and ids is told in words; what a person wrote stays.
export function detailText(say: Say, entry: Pick<AccountEntry, "act" | "detail">, places: Places): string {
  const word = (piece: string) => {
    const pair = WORDS[piece];
    return pair ? say(...pair) : ROLES.has(piece) ? roleName(say, piece) : (places.get(piece) ?? piece);
  };
  const { act, detail } = entry;
  if (act === "user_added" || act === "user_changed")
    return detail
      .split(/( → | · |, )/)
      .map((piece) => (piece === ", " ? say("、", ", ") : word(piece)))
      .join("");
  if (act === "session_ended") return word(detail);
  if (TAKEN.has(act))
    return detail
      .split(" · ")
      .map((piece) => places.get(piece) ?? piece)
      .join(" · ");
  if (act !== "token_added") return detail;
  const [name = "", role, ...rest] = detail.split(" · ");
  return [name, ...(role === undefined ? [] : [word(role)]), ...rest].join(" · ");
}

// A receiver of an extract has no account; whoever else has none was at the machine itself.
export function actorText(say: Say, entry: Pick<AccountEntry, "act" | "actor_id" | "actor_name">): string {
  if (entry.act === "extract_read") return say(`接收方：${entry.actor_name}`, `Receiver: ${entry.actor_name}`);
  return entry.actor_id === null ? say("服务器命令行", "The machine's command line") : entry.actor_name;
}

// How far an account or a token reaches. Names where they are few, numbers where they are many.
export function reachText(
  say: Say,
  scope: Pick<ScopeBody, "enterprise_ids" | "site_ids"> & { is_everything?: boolean },
  places: Places,
): string {
  if (scope.is_everything) return say("全部企业", "Everything");
  const ids = [...(scope.enterprise_ids ?? []), ...(scope.site_ids ?? [])];
  if (ids.length === 0) return say("无（看不到任何企业）", "Nothing");
  if (ids.length <= 2) return ids.map((id) => places.get(id) ?? id).join(say("、", ", "));
  const firms = scope.enterprise_ids?.length ?? 0;
  const sites = scope.site_ids?.length ?? 0;
  return [
    ...(firms > 0 ? [say(`${firms} 家企业`, `${firms} ${firms === 1 ? "enterprise" : "enterprises"}`)] : []),
    ...(sites > 0 ? [say(`${sites} 个场所`, `${sites} ${sites === 1 ? "site" : "sites"}`)] : []),
  ].join(say("、", ", "));
}

export type TokenState = "good" | "soon" | "expired";
const SOON_MS = 14 * 86_400_000;

export function tokenState(token: Pick<TokenView, "expires_at">, now = serviceNow()): TokenState {
  if (token.expires_at === null) return "good";
  const left = new Date(token.expires_at).getTime() - now;
  return left <= 0 ? "expired" : left < SOON_MS ? "soon" : "good";
}

// Those that are asked for, in the order in which one looks for them: those that are open first, then by name.
export function listedUsers(users: readonly ListedUser[], text: string, isClosedShown: boolean): ListedUser[] {
  const wanted = text.trim().toLowerCase();
  return users
    .filter((one) => (isClosedShown || one.is_active) && one.name.toLowerCase().includes(wanted))
    .sort((one, two) => Number(two.is_active) - Number(one.is_active) || one.name.localeCompare(two.name, "zh-CN"));
}

// What one is told where a change of an account was refused.
export function refusalText(say: Say, error: unknown): string {
  if (!error) return "";
  if (!(error instanceof Problem)) return String(error);
  if (error.status === 0)
    return say("无法连接服务，请稍后再试。", "The service cannot be reached. Try again in a moment.");
  const words: Record<string, string> = {
    "name-taken": say("该用户名已被使用。", "There is an account of that name already."),
    "last-admin": say("这是最后一名可用的管理员，不能变更。", "This is the last administrator; the change is refused."),
    "own-account": say(
      "不能变更自己的权限，请由另一名管理员操作。",
      "Nobody changes their own rights: ask another administrator.",
    ),
    "second-factor-stands": say("该账户没有启用两步验证。", "The account has no second factor."),
  };
  const known = words[error.kind];
  if (known) return known;
  const field = error.fields[0]?.field ?? "";
  if (field === "body.scope")
    return say(
      "管理员的范围必须是全部；其他账户请至少选择一项。",
      "An administrator's reach is everything; others need at least one place.",
    );
  if (field === "body.name")
    return say(
      "用户名不可用：1 至 100 个字符，不能是系统保留名。",
      "The name is not accepted: 1 to 100 characters, none of the service's own.",
    );
  return error.message;
}

// The number below which the next page of the log begins, out of the address that the service gave.
export function beforeOf(next: string | null | undefined): number | null {
  const before = next ? Number(new URL(next, "http://page").searchParams.get("before")) : 0;
  return before > 0 ? before : null;
}

// The beginning of a day where the screen stands, as the service wants it. Null for what is no day.
export function sinceOf(day: string | null): string | null {
  const start = day ? new Date(`${day}T00:00:00`) : null;
  return start === null || Number.isNaN(start.getTime()) ? null : start.toISOString();
}
