// The risk codes: what is judged here, what is not, and why not.

import { askAll } from "./request.js";
import { classBadge } from "./alerts.js";
import { clauseLine } from "./clauses.js";
import { DUTY_NAMES, fill, make, nameOf, say } from "./words.js";

const STATES = {
  enabled: ["good", () => say("启用", "Judged")],
  off: ["warn", () => say("默认关闭", "Off by default")],
  not_available: ["ops", () => say("此处不检测", "Not detected here")],
};

export async function showCodes(frame) {
  const codes = await askAll("/codes");
  const order = Object.keys(STATES);
  const sorted = [...codes].sort((one, other) => order.indexOf(one.availability) - order.indexOf(other.availability));
  const enabled = codes.filter((code) => code.availability === "enabled").length;
  fill(
    frame.view,
    make(
      "div",
      { class: "heading" },
      make("h1", {}, say("风险代码", "Risk codes")),
      make("span", { class: "soft" }, say(`${codes.length} 项中 ${enabled} 项启用`, `${enabled} of ${codes.length} are judged here`)),
    ),
    make("p", { class: "soft" }, say("未启用的代码同样列出：没有告警不代表没有该类风险。", "Codes that cannot be judged are listed too: no alert does not mean no such risk.")),
    make("div", { class: "codes" }, sorted.map(card)),
  );
}

function card(code) {
  const [style, name] = STATES[code.availability];
  return make(
    "article",
    { class: `card pad code ${code.availability}` },
    make("div", { class: "row" }, make("h2", {}, nameOf(code)), make("span", { class: `badge ${style}` }, name())),
    make("p", { class: "badges" }, classBadge(code), make("span", { class: "badge ops" }, DUTY_NAMES[code.duty]()), make("code", {}, code.code)),
    say(code.reason_zh, code.reason_en) && make("p", {}, say(code.reason_zh, code.reason_en)),
    make(
      "ul",
      { class: "plain small" },
      code.clauses.map(clauseLine),
    ),
    code.origins.length > 0 && make("p", { class: "soft small origins" }, origins(code)),
  );
}

// Each profile once, with the fields that it sets and its reason.
function origins(code) {
  const fields = new Map();
  for (const { profile, because, field } of code.origins) {
    const key = `${profile}：${because}`;
    fields.set(key, [...(fields.get(key) || []), field]);
  }
  return [...fields].map(([key, names]) => make("span", {}, say(`地区规则 ${key}（${names.join("、")}）`, `Profile ${key} (${names.join(", ")})`)));
}
