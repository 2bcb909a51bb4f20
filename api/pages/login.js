// The login, and the change of a one-time password that must come before anything else.

import { currentLanguage, fill, make, say, switchLanguage } from "./words.js";

const place = document.getElementById("login");
let showing = showLogin;

async function post(path, body) {
  const answer = await fetch(`/api/v1${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Requested-With": "brightkitchen" },
    body: JSON.stringify(body),
  });
  const content = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  return { status: answer.status, content, wait: answer.headers.get("Retry-After") };
}

function card(title, lead, ...content) {
  fill(
    place,
    make(
      "section",
      { class: "card" },
      make(
        "div",
        { class: "brand" },
        make("img", { src: "/pages/mark.svg", alt: "", width: "44", height: "44" }),
        make("div", {}, make("strong", {}, "明厨"), make("span", {}, "Brightkitchen")),
        make(
          "button",
          { class: "quiet", type: "button", id: "language", onclick: () => (switchLanguage(), showing()) },
          currentLanguage() === "zh" ? "EN" : "中文",
        ),
      ),
      make("h1", {}, title),
      lead && make("p", { class: "soft" }, lead),
      ...content,
    ),
    make("p", { class: "foot" }, say("AI 线索，未经人工核实，不作为处罚依据", "What the AI finds is a lead until a person has verified it")),
  );
  place.querySelector("input")?.focus();
}

function field(id, label, type, autocomplete) {
  return make(
    "label",
    { for: id },
    label,
    make("input", { id, name: id, type, autocomplete, required: true, maxlength: "128" }),
  );
}

function form(fields, action, submit) {
  const fault = make("p", { class: "fault", role: "alert", id: "fault" });
  const button = make("button", { class: "main", type: "submit" }, action);
  return make(
    "form",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        button.disabled = true;
        fault.textContent = "";
        try {
          fault.textContent = (await submit(Object.fromEntries(new FormData(event.target)))) || "";
        } catch {
          fault.textContent = say("无法连接服务，请稍后再试。", "The service cannot be reached. Try again in a moment.");
        }
        button.disabled = false;
      },
    },
    ...fields,
    fault,
    button,
  );
}

function showLogin() {
  showing = showLogin;
  card(
    say("登录", "Log in"),
    null,
    form(
      [
        field("name", say("用户名", "Name"), "text", "username"),
        field("password", say("密码", "Password"), "password", "current-password"),
      ],
      say("登录", "Log in"),
      async (given) => {
        const { status, content, wait } = await post("/login", given);
        if (status === 200) return content.must_change_password ? showChange(given.password) : location.replace(location.pathname);
        if (status === 429) return say(`尝试次数过多，请 ${wait} 秒后再试。`, `Too many tries. Wait ${wait} s.`);
        return say("用户名或密码不正确。", "The name or the password is wrong.");
      },
    ),
  );
}

function showChange(known) {
  showing = () => showChange(known);
  card(
    say("设置新密码", "Set your own password"),
    say(
      "当前为一次性密码。请设置您自己的密码后继续。至少 12 个字符。",
      "This password is good for one login. Set your own to go on: at least 12 characters.",
    ),
    form(
      [
        known === undefined && field("current", say("当前密码", "Present password"), "password", "current-password"),
        field("fresh", say("新密码", "New password"), "password", "new-password"),
        field("again", say("再次输入新密码", "New password again"), "password", "new-password"),
      ].filter(Boolean),
      say("保存并继续", "Save and go on"),
      async ({ current = known, fresh, again }) => {
        if (fresh !== again) return say("两次输入不一致。", "The two do not match.");
        const { status, content } = await post("/me/password", { current_password: current, new_password: fresh });
        if (status === 200) return location.replace(location.pathname);
        if (status === 401) return location.replace(location.pathname);
        const wrong = (content.fields || [])[0];
        if (wrong?.field.endsWith("current_password")) return say("当前密码不正确。", "The present password is wrong.");
        return say(
          `新密码不符合要求：12 至 128 个字符，至少 5 个不同字符，不含用户名，不同于当前密码。`,
          `The new password is not accepted: ${wrong ? wrong.expected : content.detail}.`,
        );
      },
    ),
  );
}

// The same page is shown to those who are logged in with a one-time password.
fetch("/api/v1/me").then(
  async (answer) => (answer.ok && (await answer.json()).must_change_password ? showChange() : showLogin()),
  showLogin,
);
