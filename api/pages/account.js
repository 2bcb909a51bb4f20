// One's own account: password and tokens.

import { ask, askAll } from "./request.js";
import { clockTime, fill, make, ROLE_NAMES, say } from "./words.js";

export async function showAccount(frame) {
  const tokens = await askAll("/tokens");
  fill(
    frame.view,
    make("div", { class: "heading" }, make("h1", {}, say("账户", "Account")), make("span", { class: "soft" }, `${frame.me.name} · ${ROLE_NAMES[frame.me.role]()}`)),
    make("div", { class: "two" }, passwordCard(), tokenCard(tokens)),
  );
}

function passwordCard() {
  const fault = make("p", { class: "fault", role: "alert" });
  const field = (name, label, hint) => make("label", {}, label, make("input", { name, type: "password", required: true, autocomplete: hint, maxlength: "128" }));
  const form = make(
    "form",
    {
      class: "card pad",
      onsubmit: async (event) => {
        event.preventDefault();
        try {
          await ask("/me/password", { method: "POST", body: Object.fromEntries(new FormData(form)) });
          form.reset();
          fault.textContent = say("密码已更改，其他登录已退出。", "The password is changed; other logins have ended.");
        } catch (problem) {
          fault.textContent = problem.message;
        }
      },
    },
    make("h2", {}, say("更改密码", "Change the password")),
    field("current_password", say("当前密码", "Present password"), "current-password"),
    field("new_password", say("新密码（至少 12 个字符）", "New password (at least 12 characters)"), "new-password"),
    fault,
    make("button", { class: "main", type: "submit" }, say("保存", "Save")),
  );
  return form;
}

function tokenCard(tokens) {
  const list = make("ul", { class: "plain" });
  const secret = make("p", {});
  const line = (token) => {
    const item = make(
      "li",
      {},
      make(
        "div",
        { class: "row" },
        make("strong", {}, token.name),
        make("button", { type: "button", class: "quiet", onclick: async () => (await ask(`/tokens/${token.token_id}`, { method: "DELETE" }), item.remove()) }, say("撤销", "Revoke")),
      ),
      make("span", { class: "soft small" }, `${ROLE_NAMES[token.role]()} · ${say("上次使用", "last used")} ${token.last_used_at ? clockTime(token.last_used_at) : "—"}`),
    );
    return item;
  };
  list.append(...tokens.map(line));
  const form = make(
    "form",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        const made = await ask("/tokens", { method: "POST", body: Object.fromEntries(new FormData(form)) });
        list.append(line(made.token));
        fill(secret, say("仅显示一次：", "Shown once: "), make("code", {}, made.secret));
        form.reset();
      },
    },
    make("label", {}, say("用途", "What for"), make("input", { name: "name", required: true, maxlength: "100" })),
    make("button", { type: "submit" }, say("新建令牌", "New token")),
  );
  return make("section", { class: "card pad" }, make("h2", {}, say("程序令牌", "Tokens for programs")), list, form, secret);
}
