import { describe, expect, it } from "vitest";
import { type ListedUser, Problem } from "../src/api/client";
import { accountActValues } from "../src/api/generated/schema";
import {
  actName,
  actorText,
  beforeOf,
  detailText,
  listedUsers,
  reachText,
  refusalText,
  sinceOf,
  tokenState,
} from "../src/people/accounts";
import { isEmpty } from "../src/people/scope";
import { speaking, spelled } from "../src/words/say";

const zh = speaking("zh");
const en = speaking("en");
const PLACES = new Map([
  ["firm-1", "示例餐饮"],
  ["site-1", "一号厨房"],
]);

const user = (name: string, is_active = true): ListedUser => ({
  user_id: `user-${name}`,
  name,
  role: "viewer",
  scope: { is_everything: true, enterprise_ids: [], site_ids: [] },
  is_active,
  must_change_password: false,
  has_second_factor: false,
  created_at: "2026-01-05T08:00:00Z",
  last_login_at: null,
});

describe("an entry of the log of accounts", () => {
  it("is named in both languages whatever was done", () => {
    for (const act of accountActValues) {
      expect(actName(zh, act)).toMatch(/[\u4e00-\u9fff]/);
      expect(actName(zh, act)).not.toBe(spelled(act));
    }
  });

  it("tells rights before and after in words, with names in place of ids", () => {
    const detail = "viewer · everything → operator · firm-1, site-1 · inactive";
    expect(detailText(zh, { act: "user_changed", detail }, PLACES)).toBe(
      "只读 · 全部 → 企业操作员 · 示例餐饮、一号厨房 · 已停用",
    );
    expect(detailText(en, { act: "user_changed", detail }, new Map())).toBe(
      "Viewer · everything → Operator · firm-1, site-1 · inactive",
    );
  });

  it.each([
    ["factor_reset", "viewer lost the telephone · everything", "viewer lost the telephone · everything"],
    ["logged_in", "203.0.113.9", "203.0.113.9"],
    ["session_ended", "all others", "其他全部登录"],
    ["session_ended", "Mozilla/5.0", "Mozilla/5.0"],
    ["token_added", "viewer · viewer · 2027-01-01", "viewer · 只读 · 2027-01-01"],
    ["token_revoked", "admin", "admin"],
  ] as const)("leaves what a person wrote as it is: %s %s", (act, detail, told) => {
    expect(detailText(zh, { act, detail }, PLACES)).toBe(told);
  });

  it("says when nobody but the machine's owner can have done it", () => {
    expect(actorText(zh, { act: "logged_in", actor_id: null, actor_name: "the machine's command line" })).toBe(
      "服务器命令行",
    );
    expect(actorText(zh, { act: "logged_in", actor_id: "user-1", actor_name: "root" })).toBe("root");
  });

  it("is followed by the page that the service names, or by none", () => {
    expect(beforeOf("/api/v1/account-log?act=user_added&limit=50&before=51")).toBe(51);
    expect(beforeOf(null)).toBeNull();
    expect(beforeOf("/api/v1/account-log?limit=50")).toBeNull();
  });

  it("is asked for from the beginning of a day, and a day that is none is not asked for", () => {
    expect(sinceOf("2026-01-05")).toBe(new Date(2026, 0, 5).toISOString());
    expect(sinceOf("yesterday")).toBeNull();
    expect(sinceOf(null)).toBeNull();
  });
});

describe("how far an account reaches", () => {
  it.each([
    [{ is_everything: true, enterprise_ids: [], site_ids: [] }, "全部企业"],
    [{ enterprise_ids: [], site_ids: [] }, "无（看不到任何企业）"],
    [{ enterprise_ids: ["firm-1"], site_ids: ["site-1"] }, "示例餐饮、一号厨房"],
    [{ enterprise_ids: ["firm-9"], site_ids: [] }, "firm-9"],
    [{ enterprise_ids: ["a", "b", "c"], site_ids: ["d"] }, "3 家企业、1 个场所"],
  ])("%j", (scope, told) => {
    expect(reachText(zh, scope, PLACES)).toBe(told);
  });

  it("is empty only where nothing at all was chosen", () => {
    const none = { is_everything: false, enterprise_ids: [], site_ids: [] };
    expect(isEmpty(none)).toBe(true);
    expect(isEmpty({ ...none, is_everything: true })).toBe(false);
    expect(isEmpty({ ...none, site_ids: ["site-1"] })).toBe(false);
  });
});

describe("the list of accounts", () => {
  const users = [user("wang"), user("gone", false), user("li"), user("Lin")];

  it("shows closed ones when asked, at its end", () => {
    expect(listedUsers(users, "", false).map((one) => one.name)).not.toContain("gone");
    expect(listedUsers(users, "", true).at(-1)?.name).toBe("gone");
  });

  it("finds a part of a name in either case", () => {
    expect(new Set(listedUsers(users, " LI ", true).map((one) => one.name))).toEqual(new Set(["li", "Lin"]));
  });
});

describe("a token", () => {
  const now = Date.parse("2026-01-05T00:00:00Z");
  it.each([
    [null, "good"],
    ["2026-01-05T00:00:00Z", "expired"],
    ["2026-01-18T23:00:00Z", "soon"],
    ["2026-01-20T00:00:00Z", "good"],
  ])("that ends %s is %s", (expires_at, state) => {
    expect(tokenState({ expires_at }, now)).toBe(state);
  });
});

describe("a refusal", () => {
  const told = (type: string, field?: string) =>
    refusalText(
      zh,
      new Problem(409, {
        type: `urn:brightkitchen:problem:${type}`,
        detail: "in English",
        ...(field ? { fields: [{ field, expected: "another", found: "this" }] } : {}),
      }),
    );

  it.each([["name-taken"], ["last-admin"], ["own-account"], ["second-factor-stands"]])(
    "of %s is told in words",
    (kind) => {
      expect(told(kind)).toMatch(/[\u4e00-\u9fff]/);
    },
  );

  it("of a field names what is wrong with it, and an unknown one is never hidden", () => {
    expect(told("invalid", "body.scope")).toContain("范围");
    expect(told("invalid", "body.name")).toContain("用户名");
    expect(told("something-new")).toBe("in English");
    expect(refusalText(zh, null)).toBe("");
  });
});
