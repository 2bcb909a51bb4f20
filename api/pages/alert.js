// One alert with all that is known of it: evidence, clauses, model, history, and what a person can say about it.

import { classBadge, placeOf, stateBadge } from "./alerts.js";
import { clauseLine } from "./clauses.js";
import { clip as clipOrReason, holding, isOpened, tombstone } from "./keeping.js";
import { ask } from "./request.js";
import { clockTime, fill, LEAD, make, nameOf, say, STEP_NAMES } from "./words.js";

const MISSING = {
  disk_full: () => say("磁盘已满", "the disk was full"),
  write_failed: () => say("写入失败", "it could not be written"),
  no_pictures: () => say("没有可用画面", "there were no pictures"),
  interrupted: () => say("制作中断", "it was interrupted"),
  not_masked: () => say("无法遮挡人脸，故未保存", "its faces could not be masked, so it was not kept"),
  store_unreachable: () => say("证据存储不可用", "the object store was away and its spool full"),
  private_zone: () => say("画面含隐私区，不保存视频", "the camera has private parts, so no clip is kept"),
  deleted_at_node: () => say("送达之前边缘节点已删除", "its node had deleted it before it came"),
  overloaded: () => say("报警过多，来不及制作", "there were too many alerts at once"),
};

const KINDS = {
  still: () => say("截图（人脸已遮挡）", "Still (faces masked)"),
  boxes: () => say("识别框数据", "Boxes (JSON)"),
  clip: () => say("视频片段（未遮挡）", "Clip (not masked)"),
};

export async function showAlert(frame, alertId) {
  let shown = 0; // sequence of what is on the screen: an answer that was overtaken is not drawn
  const load = async () => {
    const alert = await ask(`/alerts/${encodeURIComponent(alertId)}`);
    if (alert.sequence <= shown) return;
    shown = alert.sequence;
    alert.sealing = await ask(`/alerts/${encodeURIComponent(alertId)}/seals`).catch(() => null);
    alert.keeping = await ask(`/alerts/${encodeURIComponent(alertId)}/keeping`).catch(() => null);
    if (alert.sequence < shown) return;
    draw(frame, alert, document.getElementById("reason")?.value || "");
    lookAgain(frame, alert);
  };
  frame.onStep((step) => (step === null || step.alert_id === alertId) && load().catch(() => {}));
  await load();
}

// Sealing makes no step of its own that the feed could tell of.
function lookAgain(frame, alert) {
  if (!alert.sealing || alert.sealing.sealed >= alert.sealing.steps) return;
  setTimeout(async () => {
    if (frame.signal.aborted) return;
    alert.sealing = await ask(`/alerts/${encodeURIComponent(alert.alert_id)}/seals`).catch(() => alert.sealing);
    const shown = document.getElementById("sealing");
    if (!frame.signal.aborted && shown) shown.replaceWith(sealed(alert));
    lookAgain(frame, alert);
  }, 3000);
}

function draw(frame, alert, reason = "") {
  if (frame.signal.aborted) return;
  fill(
    frame.view,
    make("a", { class: "back", href: "#/alerts" }, say("← 返回列表", "← Back to the list")),
    make(
      "div",
      { class: "heading" },
      make("h1", {}, nameOf(alert)),
      make("span", { class: "badges" }, classBadge(alert), stateBadge(alert)),
    ),
    make("p", { class: "soft" }, `${placeOf(alert)} · ${clockTime(alert.started_at)}`),
    !alert.reviewed && make("p", { class: "leadbar", id: "lead" }, LEAD()),
    make(
      "div",
      { class: "two" },
      make("div", { class: "seen" }, pictures(frame, alert), evidence(frame, alert)),
      make("div", { class: "said" }, verdict(frame, alert, reason), holding(frame, alert, () => redrawn(frame, alert)), facts(alert), clauses(alert), history(alert)),
    ),
  );
}

async function redrawn(frame, alert) {
  const fresh = await ask(`/alerts/${encodeURIComponent(alert.alert_id)}`);
  fresh.sealing = alert.sealing;
  fresh.keeping = await ask(`/alerts/${encodeURIComponent(alert.alert_id)}/keeping`).catch(() => null);
  draw(frame, fresh, document.getElementById("reason")?.value || "");
}

function pieceOf(alert, kind) {
  return alert.evidence.find((piece) => piece.kind === kind);
}

function pictures(frame, alert) {
  const still = pieceOf(alert, "still");
  const clip = pieceOf(alert, "clip");
  return make(
    "section",
    { class: "card pad" },
    make("h2", {}, say("画面证据", "Pictures")),
    still?.state === "stored" ? stillWithBoxes(alert, still) : make("p", { class: "empty" }, `${KINDS.still()}：`, absence(alert, still)),
    clip?.state === "stored" && frame.may("see_unmasked")
      ? clipOrReason(clip, KINDS.clip(), () => draw(frame, alert, document.getElementById("reason")?.value || ""))
      : make("p", { class: "soft" }, `${KINDS.clip()}：`, clip?.state === "stored" ? say("含人脸，您的账户无权查看。", "it shows faces; your account may not see it.") : absence(alert, clip)),
  );
}

function absence(alert, piece) {
  if (piece?.state === "deleted") return tombstone(alert, piece);
  if (!piece) return say("没有此类证据。", "There is none of this kind.");
  if (piece.state === "pending") return say("正在制作…", "It is being made…");
  const cause = MISSING[piece.cause] ? MISSING[piece.cause]() : piece.cause;
  return say(`未能留存（${cause}）。`, `It could not be kept: ${cause}.`);
}

// The stored picture is clean; boxes are drawn over it here, and only while they are wanted.
function stillWithBoxes(alert, still) {
  const layer = make("div", { class: "boxes" });
  const image = make("img", { src: still.path, alt: say("报警时刻的截图", "The picture at the time of the alert") });
  const toggle = make(
    "button",
    {
      type: "button",
      id: "boxes",
      "aria-pressed": "false",
      onclick: async () => {
        const wanted = toggle.getAttribute("aria-pressed") !== "true";
        toggle.setAttribute("aria-pressed", String(wanted));
        toggle.textContent = wanted ? say("隐藏识别框", "Hide boxes") : say("显示识别框", "Show boxes");
        fill(layer, ...(wanted ? drawn(await boxesOf(alert)) : []));
      },
    },
    say("显示识别框", "Show boxes"),
  );
  return make("figure", {}, make("div", { class: "still" }, image, layer), make("figcaption", {}, toggle, make("span", { class: "soft small" }, say("人脸已在保存前遮挡", "Faces were masked before it was stored"))));
}

async function boxesOf(alert) {
  const file = pieceOf(alert, "boxes");
  if (file?.state === "stored") {
    const answer = await fetch(file.path);
    if (answer.ok) return answer.json();
  }
  return { sightings: alert.boxes, detections: [] };
}

function drawn(boxes) {
  const same = (one, other) => one.label === other.label && one.left === other.left && one.top === other.top;
  const others = (boxes.detections || []).filter((one) => !boxes.sightings.some((sighting) => same(one, sighting)));
  return [...others.map((box) => drawnBox(box, "other")), ...boxes.sightings.map((box) => drawnBox(box, "meant"))];
}

function drawnBox(box, kind) {
  const element = make("div", { class: `box ${kind}` }, make("span", {}, `${box.label} ${Math.round(box.confidence * 100)}%`));
  element.style.left = `${box.left * 100}%`;
  element.style.top = `${box.top * 100}%`;
  element.style.width = `${(box.right - box.left) * 100}%`;
  element.style.height = `${(box.bottom - box.top) * 100}%`;
  return element;
}

// Steps are sealed some seconds after they were taken; the page says how it was when it looked.
function sealed(alert) {
  const sealing = alert.sealing;
  if (!sealing) return null;
  const isWhole = sealing.sealed === sealing.steps;
  return make(
    "p",
    { class: "soft small", id: "sealing" },
    make("span", { class: isWhole ? "badge good" : "badge warn" }, isWhole ? say("已封存", "Sealed") : say("封存中", "Being sealed")),
    " ",
    say(`${sealing.sealed}/${sealing.steps} 个步骤在哈希链上`, `${sealing.sealed} of ${sealing.steps} steps are in the hash chain`),
    sealing.stamped_at && ` · ${say("时间戳", "time stamp")} ${clockTime(sealing.stamped_at)}`,
  );
}

function packLink(frame, alert) {
  const clip = pieceOf(alert, "clip");
  const hasClip = clip?.state === "stored" && frame.may("see_unmasked") && isOpened(clip);
  return make(
    "p",
    { class: "row" },
    make("a", { id: "pack", class: "button", href: `/api/v1/alerts/${encodeURIComponent(alert.alert_id)}/pack.zip?clip=${hasClip}`, download: "" }, say("下载证据包", "Download evidence pack")),
    make("span", { class: "soft small" }, hasClip ? say("含未遮挡视频；下载会被记录", "with the clip, which is not masked; the copy is put on record") : say("不含视频；下载会被记录", "without a clip; the copy is put on record")),
  );
}

function evidence(frame, alert) {
  const line = (piece) =>
    make(
      "li",
      {},
      make("div", { class: "row" }, make("strong", {}, KINDS[piece.kind]()), piece.state === "stored" && piece.kind === "clip" && !isOpened(piece) ? make("span", { class: "soft small" }, say("说明理由后可查看", "open after a reason")) : piece.state === "stored" ? make("a", { href: piece.path, download: "" }, say("下载", "Download")) : make("span", { class: "soft" }, absence(alert, piece))),
      piece.sha256 && make("code", { title: "SHA-256" }, piece.sha256),
    );
  return make(
    "section",
    { class: "card pad" },
    make("h2", {}, say("证据与校验值（SHA-256）", "Evidence and checksums (SHA-256)")),
    alert.evidence.length ? make("ul", { class: "plain" }, alert.evidence.map(line)) : make("p", { class: "soft" }, say("没有证据文件。", "There are no files.")),
    sealed(alert),
    packLink(frame, alert),
  );
}

function facts(alert) {
  const pair = (name, ...value) => [make("dt", {}, name), make("dd", {}, ...value)];
  return make(
    "section",
    { class: "card pad" },
    make("h2", {}, say("事实", "Facts")),
    make(
      "dl",
      {},
      pair(say("代码", "Code"), make("code", {}, alert.code), ` ${say("目录版本", "catalogue")} ${alert.code_version}`),
      pair(say("首次发现", "First seen"), clockTime(alert.started_at)),
      pair(say("达到规则", "Rule fulfilled"), clockTime(alert.confirmed_at)),
      pair(say("最后所见", "Last seen"), clockTime(alert.last_seen_at)),
      pair(say("结束", "Ended"), alert.ended_at ? clockTime(alert.ended_at) : say("仍在持续", "still going on")),
      pair(say("识别", "Seen"), alert.boxes.map((box) => `${box.label} ${Math.round(box.confidence * 100)}%`).join("，") || "—"),
      pair(say("模型", "Network"), `${alert.model.name} ${alert.model.version} `, make("code", {}, alert.model.sha256.slice(0, 16))),
      pair(say("编号", "Id"), make("code", {}, alert.alert_id)),
    ),
  );
}

function clauses(alert) {
  return make(
    "section",
    { class: "card pad" },
    make("h2", {}, say("相关条款", "Clauses")),
    alert.clauses.length ? make("ul", { class: "plain" }, alert.clauses.map(clauseLine)) : make("p", { class: "soft" }, say("无", "None")),
  );
}

function history(alert) {
  const line = (step) =>
    make(
      "li",
      {},
      make("div", { class: "row" }, make("strong", {}, STEP_NAMES[step.step]()), make("span", { class: "soft small" }, clockTime(step.at))),
      make("div", { class: "soft" }, step.actor_id ? step.actor_name || step.actor_id : say("系统", "machine"), step.note && `：${step.note}`),
    );
  return make("section", { class: "card pad" }, make("h2", {}, say("经过", "History")), make("ol", { class: "plain steps" }, alert.history.map(line)));
}

function verdict(frame, alert, reason) {
  const actions = [];
  if (alert.state === "raised" && frame.may("acknowledge")) actions.push(["acknowledge", say("受理", "Acknowledge"), ""]);
  if (alert.state !== "closed" && frame.may("judge")) {
    if (alert.state !== "confirmed") actions.push(["confirm", say("确认属实", "Confirm"), "verdict"]);
    if (alert.state !== "dismissed") actions.push(["dismiss", say("排除（误报）", "Dismiss"), "verdict"]);
    if (alert.state !== "unclear") actions.push(["unclear", say("无法判断", "Unclear"), "verdict"]);
  }
  const given = alert.review && make("p", {}, make("strong", {}, alert.review.reviewer_name || alert.review.reviewer_id), `：${alert.review.reason || say("（未写理由）", "(no reason given)")}`);
  if (actions.length === 0) {
    return make(
      "section",
      { class: "card pad" },
      make("h2", {}, say("人工核实", "Review")),
      given || make("p", { class: "soft" }, say("等待监管人员核实。", "A regulator will review it.")),
    );
  }
  const text = make("textarea", { id: "reason", rows: "3", maxlength: "1000", placeholder: say("理由（排除或更改结论时必填）", "Reason (needed to dismiss, or to change a verdict)") });
  text.value = reason;
  const fault = make("p", { class: "fault", role: "alert" });
  const act = async (verb) => {
    try {
      const body = { reason: text.value, expected_sequence: alert.sequence };
      draw(frame, await ask(`/alerts/${alert.alert_id}/${verb}`, { method: "POST", body }));
    } catch (problem) {
      if (problem.type === "reason-missing") fault.textContent = say("请写明理由。", "Give a reason.");
      else if (problem.type === "alert-conflict") fault.textContent = say("该记录刚有更新，已重新载入，请再看一遍。", "It has just changed and was loaded again: look once more.");
      else fault.textContent = problem.message;
      text.focus();
      if (problem.type === "alert-conflict") draw(frame, await ask(`/alerts/${alert.alert_id}`), text.value);
    }
  };
  return make(
    "section",
    { class: "card pad review" },
    make("h2", {}, say("人工核实", "Review")),
    given,
    frame.may("judge") && make("p", { class: "soft small" }, say("请先看截图和视频再下结论。只有“确认属实”的记录计入统计。", "Look at the still and the clip first. Only what is confirmed counts.")),
    text,
    fault,
    make("div", { class: "actions" }, actions.map(([verb, name, style]) => make("button", { type: "button", class: style, id: verb, onclick: () => act(verb) }, name))),
  );
}
