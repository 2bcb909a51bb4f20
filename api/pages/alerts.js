// The list of alerts, newest first, growing by itself as the feed brings new ones.

import { ask } from "./request.js";
import { ago, CLASS_NAMES, clockTime, fill, make, nameOf, say, STATE_NAMES } from "./words.js";

const PILES = {
  open: { states: ["raised", "acknowledged"], name: () => say("待核实", "To review") },
  all: { states: [], name: () => say("全部", "All") },
  confirmed: { states: ["confirmed"], name: () => say("已确认", "Confirmed") },
  dismissed: { states: ["dismissed"], name: () => say("已排除", "Dismissed") },
  unclear: { states: ["unclear"], name: () => say("无法判断", "Unclear") },
};

let pile = "open";
let riskClass = "";

export function stateBadge(alert) {
  const state = alert.life?.state || alert.state;
  return make("span", { class: `badge state-${state}` }, STATE_NAMES[state]());
}

export function classBadge(alert) {
  return make("span", { class: `badge class-${alert.class}` }, CLASS_NAMES[alert.class]());
}

export function placeOf(alert) {
  return [alert.enterprise_name, alert.site_name, alert.camera_name, alert.zone_name].filter(Boolean).join(" · ") || alert.camera_id;
}

export async function showAlerts(frame) {
  const camera = new URLSearchParams(location.hash.split("?")[1] || "").get("camera");
  const list = make("div", { class: "alerts", id: "alerts" });
  const more = make("button", { type: "button", hidden: true }, say("更早的", "Earlier ones"));
  let next = null;
  let isLoading = false;
  let isStale = false;

  function address() {
    const query = new URLSearchParams({ limit: "30" });
    PILES[pile].states.forEach((state) => query.append("state", state));
    if (riskClass) query.append("class", riskClass);
    if (camera) query.append("camera_id", camera);
    return `/alerts?${query}`;
  }

  async function load(path, isFirst) {
    const page = await ask(path);
    if (frame.signal.aborted) return;
    if (isFirst) fill(list);
    list.append(...page.items.map((alert) => row(alert)));
    if (!list.firstChild) list.append(make("p", { class: "card empty" }, say("没有符合条件的记录。", "Nothing matches.")));
    next = page.next;
    more.hidden = !next;
  }

  // What the feed brings while the list is on its way may be missing from it: then it is asked for once more.
  async function reload() {
    isLoading = true;
    try {
      do {
        isStale = false;
        await load(address(), true);
      } while (isStale && !frame.signal.aborted);
    } finally {
      isLoading = false;
    }
  }

  more.addEventListener("click", () => load(next, false));
  frame.onStep((step) => {
    if (isLoading) isStale = true;
    else if (step) changeRow(step, list, camera);
    else reload();
  });
  fill(
    frame.view,
    make(
      "div",
      { class: "heading" },
      make("h1", {}, say("线索与告警", "Alerts")),
      camera && make("a", { class: "chip", href: "#/alerts" }, say("仅此摄像机 ✕", "This camera only ✕")),
    ),
    filters(reload),
    list,
    more,
  );
  await reload();
}

function filters(reload) {
  const chip = (key) =>
    make(
      "button",
      {
        type: "button",
        class: "chip",
        "aria-pressed": String(key === pile),
        onclick: (event) => {
          pile = key;
          event.target.parentElement.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === event.target)));
          reload();
        },
      },
      PILES[key].name(),
    );
  const choice = make(
    "select",
    {
      "aria-label": say("风险类别", "Class"),
      onchange: (event) => {
        riskClass = event.target.value;
        reload();
      },
    },
    make("option", { value: "" }, say("全部类别", "All classes")),
    Object.keys(CLASS_NAMES).map((key) => make("option", { value: key, selected: key === riskClass }, CLASS_NAMES[key]())),
  );
  return make("div", { class: "filters" }, make("div", { class: "chips" }, Object.keys(PILES).map(chip)), choice);
}

function row(alert, isNew = false) {
  const still = alert.evidence.find((piece) => piece.kind === "still" && piece.state === "stored");
  return make(
    "a",
    { class: `card alert class-${alert.class}${isNew ? " new" : ""}`, href: `#/alert/${alert.alert_id}`, "data-alert": alert.alert_id },
    make("div", { class: "thumb" }, still ? make("img", { src: still.path, alt: "", loading: "lazy" }) : make("span", { class: "soft" }, say("无图", "no still"))),
    make(
      "div",
      { class: "what" },
      make("div", { class: "row" }, make("strong", {}, nameOf(alert)), make("span", { class: "badges" }, classBadge(alert), stateBadge(alert))),
      make("p", { class: "soft" }, placeOf(alert)),
      make(
        "p",
        { class: "soft small" },
        `${clockTime(alert.started_at)}（${ago(alert.started_at)}）`,
        alert.ended_at ? "" : make("span", { class: "lasting" }, say("仍在持续", "still going on")),
      ),
      !alert.reviewed && make("p", { class: "lead small" }, say("AI 线索，未经人工核实", "AI lead, not verified by a person")),
    ),
  );
}

// A step says all that a row shows: nothing needs to be asked again.
function changeRow(step, list, camera) {
  const known = list.querySelector(`[data-alert="${CSS.escape(step.alert_id)}"]`);
  const { states } = PILES[pile];
  const isWanted =
    (states.length === 0 || states.includes(step.state)) && (!riskClass || step.class === riskClass) && (!camera || step.camera_id === camera);
  if (known) {
    known.replaceWith(row(step));
  } else if (isWanted && step.step === "raised") {
    list.querySelector(".empty")?.remove();
    list.prepend(row(step, true));
  }
}
