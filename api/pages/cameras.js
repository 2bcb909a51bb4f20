// Cameras as cards: the newest picture if it is fresh, and plainly none if it is not.

import { ask, askAll } from "./request.js";
import { offerImport } from "./import.js";
import { look, showPlace } from "./place.js";
import { agoSeconds, clockTime, duration, fill, make, say } from "./words.js";

const STILL_SECONDS = 3;
const STATUS_SECONDS = 5;

export const CONDITIONS = {
  paused: () => say("已暂停", "Paused"),
  unconfirmed: () => say("待确认场所", "Place not confirmed"),
  forbidden: () => say("禁拍场所", "Must not be watched"),
  online: () => say("在线", "Online"),
  degraded: () => say("画面不稳", "Degraded"),
  offline: () => say("离线", "Offline"),
  tampered: () => say("画面不可信", "Picture unreliable"),
};

export const CAUSES = {
  paused: () => say("已暂停", "paused"),
  unconfirmed: () => say("尚无人确认该处可以拍摄", "nobody has confirmed yet that it may be watched"),
  forbidden: () => say("该处禁止拍摄", "it must not be watched"),
  unreachable: () => say("无法连接", "cannot be reached"),
  timeout: () => say("无响应", "does not answer"),
  auth: () => say("用户名或密码被拒绝", "name or password refused"),
  not_found: () => say("地址或文件不存在", "no such address or file"),
  not_permitted: () => say("不允许访问", "access not permitted"),
  no_video: () => say("没有视频", "sends no video"),
  bad_data: () => say("数据损坏", "sends broken data"),
  unsupported: () => say("格式不支持", "format not supported"),
  redirect_loop: () => say("地址循环跳转", "redirects in a circle"),
  ended: () => say("播放结束", "played to its end"),
  stalled: () => say("画面停滞", "pictures stopped"),
  frozen: () => say("画面静止不变", "the same picture again and again"),
  dark: () => say("画面全黑，看不清", "too dark to see"),
  covered: () => say("镜头被遮挡", "lens covered"),
  defocused: () => say("画面模糊", "out of focus"),
  moved: () => say("镜头移位", "shows another place than it used to"),
  slow: () => say("画面过慢", "too few pictures"),
  device: () => say("设备故障", "device fault"),
  internal: () => say("内部故障", "internal fault"),
  not_placed: () => say("没有可用的计算资源", "no machine has room for it"),
  node_lost: () => say("所在节点失联，正在转移", "its machine is lost; moving elsewhere"),
  node_silent: () => say("边缘节点失联，情况未知", "its node is not heard; nothing is known"),
  findings_only: () => say("仅上报线索，无法得知其状态", "sends findings only; how it is cannot be told"),
};

export async function showCameras(frame) {
  const { view } = frame;
  const [cameras, sites, enterprises] = await Promise.all([askAll("/cameras"), askAll("/sites"), askAll("/enterprises")]);
  const firms = new Map(enterprises.map((one) => [one.enterprise_id, one.name]));
  const cards = new Map(cameras.map((camera) => [camera.camera_id, new Card(camera, frame)]));
  fill(view, heading(cameras, sites, frame), ...sections(sites, cameras, cards, firms));
  const seen = watchVisibility(cards, frame.signal);
  // Which camera has a picture is known first; the pictures follow at once, not a round later.
  await refreshStatuses(cards);
  frame.every(STATUS_SECONDS, () => refreshStatuses(cards));
  frame.every(STILL_SECONDS, () => refreshStills(cards, seen, frame.signal));
  frame.every(30, () => refreshLeads(cards));
  frame.onStep(() => refreshLeads(cards).catch(() => {}));
}

function heading(cameras, sites, frame) {
  const add = frame.may("manage_cameras") && sites.length > 0;
  return make(
    "div",
    { class: "heading" },
    make("h1", {}, say("摄像机", "Cameras")),
    make("span", { class: "soft", id: "camera-summary" }),
    add && make("button", { type: "button", id: "import-cameras", onclick: (event) => offerImport(event.target) }, say("批量导入", "Import")),
    make("a", { class: "button", href: "/api/v1/cameras/export.csv", download: "cameras.csv" }, say("导出表格", "Export")),
    add && make("button", { type: "button", id: "add-camera", onclick: (event) => offerForm(event.target, sites) }, say("添加摄像机", "Add a camera")),
  );
}

function sections(sites, cameras, cards, firms) {
  if (cameras.length === 0) {
    return [
      make(
        "p",
        { class: "card empty" },
        sites.length === 0
          ? say("没有您可以查看的场所。请由管理员先登记企业与场所。", "There is no site that you may see. An administrator adds enterprises and sites first.")
          : say("这里还没有摄像机。", "There is no camera here yet."),
      ),
    ];
  }
  return sites
    .map((site) => [site, cameras.filter((camera) => camera.site_id === site.site_id)])
    .filter(([, own]) => own.length > 0)
    .map(([site, own]) =>
      make(
        "section",
        {},
        make("h2", {}, site.name, firms.has(site.enterprise_id) && make("span", { class: "soft firm" }, firms.get(site.enterprise_id))),
        make("div", { class: "cameras" }, own.map((camera) => cards.get(camera.camera_id).element)),
      ),
    );
}

class Card {
  constructor(camera, frame) {
    this.camera = camera;
    this.mayLook = frame.may("see_unmasked");
    this.mayKeep = frame.may("manage_cameras");
    this.picture = make("div", { class: "picture none" });
    this.badge = make("span", { class: "badge" });
    this.age = make("span", { class: "age" });
    this.detail = make("p", { class: "soft detail" });
    this.switch = make("button", { class: "quiet switch", type: "button", hidden: !this.mayKeep, onclick: () => this.offerSwitch() });
    this.ask = make("button", { class: "quiet ask-place", type: "button", hidden: true, onclick: () => look(this, () => this.askStatus()) }, say("场所未经确认：查看并确认", "Place never confirmed: look and confirm"));
    this.leads = make("a", { class: "leads", href: `#/alerts?camera=${camera.camera_id}`, hidden: true });
    this.url = null;
    this.element = make(
      "article",
      { class: "card camera", "data-camera": camera.camera_id },
      this.picture,
      make("div", { class: "row" }, make("h3", {}, camera.name), this.badge),
      this.detail,
      this.leads,
      this.ask,
      this.switch,
    );
    this.showNothing(say("正在连接…", "Connecting…"));
  }

  showStatus(status) {
    this.status = status;
    const known = CONDITIONS[status.condition] || CONDITIONS.offline;
    const isPaused = status.condition === "paused";
    this.switch.textContent = isPaused ? say("恢复分析", "Resume") : say("暂停分析", "Pause");
    const isElsewhere = Boolean(this.camera.node_id) && status.condition === "online";
    const isFine = status.condition === "online" && (status.has_fresh_picture || isElsewhere);
    this.badge.className = `badge ${isFine ? "good" : status.condition === "online" ? "degraded" : status.condition}`;
    this.badge.textContent = isFine ? known() : status.condition === "online" ? say("在线 · 无画面", "Online · no picture") : known();
    const cause = status.cause && (CAUSES[status.cause] ? CAUSES[status.cause]() : status.cause.replaceAll("_", " "));
    const size = status.properties && `${status.properties.width_px}×${status.properties.height_px}`;
    this.detail.textContent = [cause, size, say(`每秒分析 ${this.camera.analysed_fps} 帧`, `${this.camera.analysed_fps} frames/s analysed`)]
      .filter(Boolean)
      .join(" · ");
    const node = this.camera.node_id;
    const isWithheld = status.condition === "unconfirmed" || status.condition === "forbidden";
    if (!isWithheld) {
      this.placeShown = null;
      this.element.querySelector(".place-form")?.remove();
    }
    this.ask.hidden = this.camera.place?.standing !== "unknown" || !this.mayKeep || !this.mayLook;
    if (isWithheld) showPlace(this, status, () => this.askStatus());
    else if (isPaused) this.showPaused(status.pause);
    else if (isElsewhere) this.showNothing(say(`由边缘节点 ${node} 分析，画面留在该处`, `Watched by the node ${node}; pictures stay there`), true);
    else if (!status.has_fresh_picture) this.showNothing();
    else if (!this.mayLook) this.showNothing(say("画面未遮挡人脸，您的账户无权查看", "Pictures show faces; your account may not see them"), true);
  }

  async askStatus() {
    this.showStatus(await ask(`/cameras/${this.camera.camera_id}/status`));
  }

  // Large, hatched and in words: it cannot be taken for a quiet kitchen.
  showNothing(text, isAllowed = false) {
    this.forget();
    const last = this.status?.frame_age_seconds ?? null; // by the service's clock: this screen's may be wrong
    this.picture.className = `picture none${isAllowed ? " private" : ""}`;
    const lines = [make("strong", {}, text || say("无画面", "No picture"))];
    if (!text) {
      lines.push(
        make("span", {}, last !== null ? say(`最后画面：${agoSeconds(last)}`, `last picture ${agoSeconds(last)}`) : say("从未收到画面", "none has ever come")),
        make("small", {}, say("此处情况未知，不代表合规", "Nothing is known of this place; that does not mean it is fine")),
      );
    }
    fill(this.picture, ...lines);
  }

  showPaused(pause) {
    this.forget();
    this.picture.className = "picture none paused";
    fill(
      this.picture,
      make("strong", {}, say("已暂停，无画面，未作判断", "Paused, no picture, not judged")),
      pause && make("span", {}, say(`${pause.by} 于 ${clockTime(pause.at)} 暂停`, `by ${pause.by}, ${clockTime(pause.at)}`)),
      pause?.reason && make("span", {}, pause.reason),
      make("small", {}, say("此处情况未知，不代表合规", "Nothing is known of this place; that does not mean it is fine")),
    );
  }

  offerSwitch() {
    if (this.status?.condition === "paused") return this.sendSwitch("resume");
    const fault = make("p", { class: "fault", role: "alert" });
    const form = make(
      "form",
      {
        class: "pause-form",
        onsubmit: (event) => {
          event.preventDefault();
          this.sendSwitch("pause", { reason: form.elements.reason.value }).catch((problem) => (fault.textContent = problem.message));
        },
      },
      make("label", {}, say("暂停原因", "Why"), make("input", { name: "reason", maxlength: "1000", autocomplete: "off" })),
      fault,
      make("button", { class: "main", type: "submit" }, say("暂停", "Pause")),
    );
    this.element.querySelector(".pause-form")?.remove();
    this.element.append(form);
    form.elements.reason.focus();
  }

  async sendSwitch(verb, body) {
    await ask(`/cameras/${this.camera.camera_id}/${verb}`, { method: "POST", body });
    this.element.querySelector(".pause-form")?.remove();
    this.showStatus(await ask(`/cameras/${this.camera.camera_id}/status`));
  }

  showStill(blob, ageSeconds) {
    const url = URL.createObjectURL(blob);
    const image = make("img", { src: url, alt: this.camera.name });
    this.forget();
    this.url = url;
    this.age.textContent = ageSeconds < 1.5 ? say("当前画面", "now") : say(`${duration(ageSeconds)}前`, `${duration(ageSeconds)} ago`);
    this.picture.className = "picture";
    fill(this.picture, image, this.age);
  }

  forget() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  showLeads(count) {
    this.leads.hidden = count === 0;
    this.leads.textContent = say(`${count} 条未核实线索`, `${count} unreviewed`);
  }
}

function watchVisibility(cards, signal) {
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const id = entry.target.dataset.camera;
      if (entry.isIntersecting) seen.add(id);
      else seen.delete(id);
    }
  });
  cards.forEach((card) => watcher.observe(card.element));
  signal.addEventListener("abort", () => {
    watcher.disconnect();
    cards.forEach((card) => card.forget());
  });
  return seen;
}

async function refreshStatuses(cards) {
  const statuses = await askAll("/cameras/status");
  for (const status of statuses) cards.get(status.camera_id)?.showStatus(status);
  const online = statuses.filter((one) => one.has_fresh_picture && one.condition !== "tampered").length;
  const summary = document.getElementById("camera-summary");
  if (summary) summary.textContent = say(`${online} / ${statuses.length} 有画面`, `${online} of ${statuses.length} with a picture`);
}

async function refreshStills(cards, seen, signal) {
  const wanted = [...seen].map((id) => cards.get(id)).filter((card) => card.mayLook && card.status?.has_fresh_picture);
  for (const card of wanted) {
    if (signal.aborted) return;
    const answer = await fetch(`/api/v1/cameras/${card.camera.camera_id}/still.jpg`, { signal });
    if (answer.ok) card.showStill(await answer.blob(), Number(answer.headers.get("X-Frame-Age-Seconds")));
    else card.showNothing();
  }
}

async function refreshLeads(cards) {
  const page = await ask("/alerts?state=raised&state=acknowledged&limit=200");
  const counts = new Map();
  for (const alert of page.items) counts.set(alert.camera_id, (counts.get(alert.camera_id) || 0) + 1);
  cards.forEach((card, id) => card.showLeads(counts.get(id) || 0));
}

function offerForm(button, sites) {
  const fault = make("p", { class: "fault", role: "alert" });
  const text = (name, label, hint) =>
    make("label", {}, label, make("input", { name, required: true, placeholder: hint, maxlength: "2000", autocomplete: "off" }));
  const form = make(
    "form",
    {
      class: "card inline",
      id: "camera-form",
      onsubmit: async (event) => {
        event.preventDefault();
        const given = Object.fromEntries(new FormData(form));
        const body = { site_id: given.site, name: given.name, source: { location: given.location, transport: given.transport } };
        try {
          await ask("/cameras", { method: "POST", body });
          dispatchEvent(new HashChangeEvent("hashchange"));
        } catch (problem) {
          fault.textContent = problem.message;
        }
      },
    },
    make("label", {}, say("场所", "Site"), make("select", { name: "site" }, sites.map((site) => make("option", { value: site.site_id }, site.name)))),
    text("name", say("名称", "Name"), say("例如：粗加工间", "such as: preparation room")),
    text("location", say("地址（密码不会再显示）", "Address (its password is never shown again)"), "rtsp://user:password@192.168.1.20/stream"),
    make(
      "label",
      {},
      say("传输", "Transport"),
      make("select", { name: "transport" }, ["auto", "tcp", "udp"].map((one) => make("option", { value: one }, one))),
    ),
    fault,
    make("button", { class: "main", type: "submit" }, say("保存", "Save")),
  );
  button.closest(".heading").after(form);
  button.disabled = true;
  form.querySelector("input").focus();
}
