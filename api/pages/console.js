// The frame of the page: who is logged in, where one is, the live feed, and which view is shown.

import { showAccount } from "./account.js";
import { showAlert } from "./alert.js";
import { showAlerts } from "./alerts.js";
import { showCameras } from "./cameras.js";
import { showCodes } from "./codes.js";
import { showCounts } from "./counts.js";
import { follow } from "./feed.js";
import { ask, leave } from "./request.js";
import { currentLanguage, fill, LEAD, make, nameOf, ROLE_NAMES, say, switchLanguage } from "./words.js";

const VIEWS = [
  { path: "cameras", show: showCameras, name: () => say("摄像机", "Cameras") },
  { path: "alerts", show: showAlerts, name: () => say("线索与告警", "Alerts") },
  { path: "counts", show: showCounts, name: () => say("统计", "Counts") },
  { path: "codes", show: showCodes, name: () => say("风险代码", "Risk codes") },
];
const MOST_TOASTS = 3;
const OTHERS = { alert: showAlert, account: showAccount };

const view = document.getElementById("view");
const listeners = new Set();
let me = null;
let ending = null; // ends what the view on the screen keeps running
let feedState = "connecting";
let unseen = 0;

// What every view is given. `onStep` calls back for each step of the feed, for as long as the view is shown.
function frameFor(signal) {
  return {
    view,
    me,
    signal,
    may: (permission) => me.permissions.includes(permission),
    onStep: (listener) => {
      listeners.add(listener);
      signal.addEventListener("abort", () => listeners.delete(listener));
    },
    every: (seconds, work) => repeat(seconds, work, signal),
  };
}

// One after the other, never two at a time, and not while nobody looks.
async function repeat(seconds, work, signal) {
  while (!signal.aborted) {
    if (!document.hidden) await work().catch(() => {});
    await new Promise((done) => {
      const timer = setTimeout(done, seconds * 1000);
      signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
    });
  }
}

function whereTo() {
  const [path, item] = location.hash.replace(/^#\/?/, "").split("?")[0].split("/");
  return { path: path || "cameras", item };
}

async function show() {
  const { path, item } = whereTo();
  ending?.abort();
  ending = new AbortController();
  const { signal } = ending;
  if (path === "alerts") unseen = 0;
  if (path === "alerts" || path === "alert") fill(document.getElementById("toasts"));
  drawTop();
  fill(view, make("p", { class: "loading soft" }, say("正在载入…", "Loading…")));
  const showView = VIEWS.find((one) => one.path === path)?.show || OTHERS[path] || showCameras;
  try {
    await showView(frameFor(signal), item);
  } catch (fault) {
    if (!signal.aborted) fill(view, make("p", { class: "card empty" }, fault.message));
  }
}

function drawTop() {
  const { path } = whereTo();
  const states = {
    live: say("实时", "Live"),
    connecting: say("连接中…", "Connecting…"),
    lost: say("连接中断，正在重连", "Connection lost, trying again"),
  };
  const tab = (one) =>
    make(
      "a",
      { href: `#/${one.path}`, "aria-current": (path === "alert" ? "alerts" : path) === one.path ? "page" : null },
      one.name(),
      one.path === "alerts" && unseen > 0 && make("span", { class: "pill" }, String(unseen)),
    );
  fill(
    document.getElementById("top"),
    make(
      "a",
      { class: "brand", href: "#/cameras" },
      make("img", { src: "/pages/mark.svg", alt: "", width: "30", height: "30" }),
      make("strong", {}, "明厨"),
      make("span", {}, "Brightkitchen"),
    ),
    make("nav", { "aria-label": say("主要栏目", "Sections") }, VIEWS.map(tab), make("a", { href: "/wall", id: "to-wall" }, say("画面墙", "Wall"))),
    make(
      "div",
      { class: "corner" },
      make("span", { class: `feed ${feedState}`, role: "status" }, states[feedState]),
      make(
        "button",
        { class: "quiet", type: "button", id: "language", onclick: () => (switchLanguage(), show()) },
        currentLanguage() === "zh" ? "EN" : "中文",
      ),
      make("a", { class: "who", href: "#/account", title: say("账户", "Account") }, `${me.name} · ${ROLE_NAMES[me.role]()}`),
      make("button", { class: "quiet", type: "button", id: "logout", onclick: logOut }, say("退出", "Log out")),
    ),
  );
  document.getElementById("notice").textContent = LEAD();
}

async function logOut() {
  await ask("/logout", { method: "POST" }).catch(() => {});
  leave();
}

function announce(step) {
  const toast = make(
    "a",
    { class: `toast class-${step.class}`, href: `#/alert/${step.alert_id}` },
    make("strong", {}, nameOf(step)),
    make("span", {}, [step.site_name, step.camera_name].filter(Boolean).join(" · ")),
    make("small", {}, LEAD()),
  );
  const toasts = document.getElementById("toasts");
  toasts.append(toast);
  while (toasts.childElementCount > MOST_TOASTS) toasts.firstElementChild.remove();
  setTimeout(() => toast.remove(), 12000);
}

function heard(step) {
  const { path } = whereTo();
  if (step.step === "raised" && path !== "alerts") {
    unseen += 1;
    drawTop();
    announce(step);
  }
  listeners.forEach((listener) => listener(step));
}

function feedChanged(state, missed) {
  feedState = state;
  drawTop();
  if (missed) listeners.forEach((listener) => listener(null)); // look at everything again
}

async function start() {
  me = await ask("/me");
  addEventListener("hashchange", show);
  follow(heard, feedChanged);
  await show();
}

start();
