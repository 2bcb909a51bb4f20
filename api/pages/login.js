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
        if (status === 401 && content.type?.endsWith(":second-factor-needed")) return showCode(given);
        return entered(status, content, wait, given.password);
      },
    ),
  );
}

function entered(status, content, wait, password) {
  if (status === 200 && content.must_change_password) return showChange(password);
  if (status === 200 && content.must_set_second_factor) return showSetUp();
  if (status === 200) return location.replace(location.pathname);
  if (status === 429) return say(`尝试次数过多，请 ${wait} 秒后再试。`, `Too many tries. Wait ${wait} s.`);
  if (content.type?.endsWith(":second-factor-refused"))
    return say("验证码不正确或已使用，请等待下一个验证码。", "The code is wrong or was used before. Wait for the next one.");
  return say("用户名或密码不正确。", "The name or the password is wrong.");
}

function showCode(known) {
  showing = () => showCode(known);
  card(
    say("两步验证", "Second factor"),
    say(
      "请输入身份验证器应用当前显示的 6 位数字；没有手机时可输入一个恢复码。",
      "Enter the six digits that your authenticator app shows now. Without the telephone, enter a recovery code.",
    ),
    form([field("code", say("验证码", "Code"), "text", "one-time-code")], say("继续", "Go on"), async ({ code }) => {
      const { status, content, wait } = await post("/login", { ...known, code });
      return entered(status, content, wait, known.password);
    }),
    make("button", { class: "quiet", type: "button", onclick: showLogin }, say("返回", "Back")),
  );
}

// The role asks for a second factor: it is set up before anything else is seen.
function showSetUp() {
  showing = showSetUp;
  card(
    say("设置两步验证", "Set up the second factor"),
    say("您的角色必须使用两步验证，完成后方可继续。", "Your role must have a second factor. Set it up to go on."),
    form(
      [field("password", say("请先输入当前密码", "Your present password first"), "password", "current-password")],
      say("开始设置", "Begin"),
      async ({ password }) => {
        const { status, content } = await post("/me/second-factor", { password });
        if (status !== 200) return say("密码不正确，或尝试过于频繁。", "The password is wrong, or there were too many tries.");
        showPicture(content);
      },
    ),
  );
}

function showPicture(offer) {
  showing = () => showPicture(offer);
  card(
    say("设置两步验证", "Set up the second factor"),
    say("用身份验证器应用扫描二维码，然后输入应用显示的 6 位数字。", "Scan this with an authenticator app, then enter the six digits that it shows."),
    make("img", { src: offer.picture, alt: say("二维码", "QR code"), width: "220", height: "220" }),
    make("p", { class: "soft" }, say("密钥：", "Key: "), make("code", { id: "factor-secret" }, offer.secret)),
    form([field("code", say("验证码", "Code"), "text", "one-time-code")], say("确认启用", "Switch it on"), async ({ code }) => {
      const { status, content } = await post("/me/second-factor/confirm", { code });
      if (status !== 200) return say("验证码不正确，或尝试过于频繁。", "The code is wrong, or there were too many tries.");
      showRecovery(content.recovery_codes);
    }),
  );
}

function showRecovery(codes) {
  showing = () => showRecovery(codes);
  card(
    say("恢复码", "Recovery codes"),
    say("请抄写并妥善保管：每个只能用一次，关闭后不再显示。", "Keep these in a safe place. Each works once; they are not shown again."),
    make("ul", { id: "recovery-codes" }, ...codes.map((code) => make("li", {}, make("code", {}, code)))),
    make("button", { class: "main", type: "button", onclick: () => location.replace(location.pathname) }, say("我已保存", "I have kept them")),
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
        if (status === 200) return content.must_set_second_factor ? showSetUp() : location.replace(location.pathname);
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

// The same page is shown to those who are logged in with a one-time password, or without the second factor they must have.
fetch("/api/v1/me").then(async (answer) => {
  const me = answer.ok ? await answer.json() : {};
  if (me.must_change_password) return showChange();
  return me.must_set_second_factor ? showSetUp() : showLogin();
}, showLogin);
