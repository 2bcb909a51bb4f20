// One alert with all that is known of it: evidence, clauses, model, history, and what a person can say about it.

import { classBadge, placeOf, stateBadge } from "./alerts.js";
import { clauseLine } from "./clauses.js";
import { clip as clipOrReason, holding, isOpened, tombstone } from "./keeping.js";
import { ask } from "./request.js";
import { clockTime, DUTY_OWED, fill, LEAD, make, nameOf, say, STATE_NAMES, STEP_NAMES, TOLD_NAMES } from "./words.js";

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

// What a person may say about it: verbs by what the service says is open to this account, in the order of an alert's life.
const VERBS = [
  { step: "acknowledged", verb: "acknowledge", name: () => say("签收", "Acknowledge") },
  { step: "confirmed", verb: "confirm", style: "verdict", name: () => say("确认属实", "Confirm") },
  { step: "dismissed", verb: "dismiss", style: "verdict", name: () => say("排除（误报）", "Dismiss") },
  { step: "unclear", verb: "unclear", style: "verdict", name: () => say("无法判断", "Unclear") },
  { step: "notified", verb: "notify", name: () => say("告知企业", "Notify the enterprise") },
  { step: "rectified", verb: "rectify", style: "verdict", name: () => say("提交整改", "Submit rectification") },
  { step: "disputed", verb: "dispute", name: () => say("提出异议", "Dispute") },
  { step: "verified", verb: "verify", style: "verdict", name: () => say("整改属实", "Verify") },
  { step: "sent_back", verb: "send-back", name: () => say("退回整改", "Send back") },
  { step: "closed", verb: "close", name: () => say("办结", "Close") },
  { step: "paused", verb: "pause", name: () => say("暂停计时", "Pause the clocks") },
  { step: "resumed", verb: "resume", name: () => say("恢复计时", "Resume the clocks") },
];
const VERDICTS = ["confirmed", "dismissed", "unclear"];

const FAULTS = {
  "reason-missing": () => say("请写明理由。", "Give a reason."),
  "alert-conflict": () => say("该记录刚有更新，已重新载入，请再看一遍。", "It has just changed and was loaded again: look once more."),
  "viewing-too-short": (body) => say(`请先查看截图或视频至少 ${body.expected_seconds} 秒，再下结论。`, `Look at the still or the clip for at least ${body.expected_seconds} s first.`),
  party: () => say("此步骤须由另一人完成：您已参与过该记录。", "Another person must do this: you have acted in this alert before."),
  "answer-files": () => say("整改须附照片或文件（JPEG、PNG、PDF）。", "A rectification needs a picture or a document (JPEG, PNG, PDF)."),
};

function verdict(frame, alert, reason) {
  const open = new Set(alert.clock?.open_steps || []);
  const actions = VERBS.filter((one) => open.has(one.step));
  const parts = [make("h2", {}, say("人工处理", "Review and follow-up")), ...standing(alert), ...clocks(alert), ...followUp(frame, alert)];
  if (actions.length === 0) {
    if (!alert.review && !alert.clock?.own_verdict) parts.push(make("p", { class: "soft" }, say("等待监管人员核实。", "A regulator will review it.")));
    return make("section", { class: "card pad review" }, parts);
  }
  const text = make("textarea", { id: "reason", rows: "3", maxlength: "1000", placeholder: say("理由或说明（排除、更改结论、异议、整改、退回、暂停时必填）", "Reason or note (needed to dismiss, change a verdict, dispute, rectify, send back, pause)") });
  text.value = reason;
  const files = open.has("rectified") && make("input", { id: "files", type: "file", multiple: true, accept: "image/jpeg,image/png,application/pdf", "aria-label": say("整改照片或文件", "Pictures or documents of the rectification") });
  const fault = make("p", { class: "fault", role: "alert" });
  const act = async (verb) => {
    const note = text.value;
    try {
      const body = { reason: note, expected_sequence: alert.sequence };
      if (verb === "rectify") Object.assign(body, await sent(alert, [...files.files]));
      draw(frame, await ask(`/alerts/${alert.alert_id}/${verb}`, { method: "POST", body }));
    } catch (problem) {
      fault.textContent = FAULTS[problem.type]?.(problem.body) || problem.message;
      text.focus();
      if (problem.type === "alert-conflict") draw(frame, await ask(`/alerts/${alert.alert_id}`), note);
    }
  };
  const judges = VERDICTS.some((step) => open.has(step));
  return make(
    "section",
    { class: "card pad review" },
    parts,
    judges && make("p", { class: "soft small" }, say("请先看截图和视频再下结论。只有“确认属实”的记录计入统计。", "Look at the still and the clip first. Only what is confirmed counts."), alert.clock.minimum_viewing_seconds > 0 && say(`（至少查看 ${alert.clock.minimum_viewing_seconds} 秒）`, ` (for at least ${alert.clock.minimum_viewing_seconds} s)`)),
    text,
    files,
    fault,
    make("div", { class: "actions" }, actions.map(({ verb, name, style }) => make("button", { type: "button", class: style || "", id: verb, onclick: () => act(verb) }, name()))),
  );
}

// Files first, one after the other; the rectification then names them. Each makes a step of the alert.
async function sent(alert, files) {
  const ids = [];
  let sequence = alert.sequence;
  for (const file of files) {
    const answer = await ask(`/alerts/${alert.alert_id}/files`, { method: "POST", content: file, type: "application/octet-stream" });
    ids.push(answer.evidence_id);
    sequence = answer.sequence;
  }
  return { files: ids, expected_sequence: sequence };
}

// The verdict that stands, those that led to it, and how far a review by two has come.
function standing(alert) {
  const lines = [];
  if (alert.review) lines.push(make("p", { id: "standing" }, make("strong", {}, alert.review.reviewer_name || alert.review.reviewer_id), `：${alert.review.reason || say("（未写理由）", "(no reason given)")}`));
  const life = alert.life;
  if (life?.state === "in_review") {
    lines.push(
      make(
        "p",
        { class: "soft", id: "second" },
        life.voices === 1
          ? say("一位审看人已给出结论。须由另一人独立审看，在此之前结论不公开。", "One reviewer has spoken. Another one must review it independently; until then the verdict is shown to nobody.")
          : say("两位审看人结论不一致，须由第三人复核。", "Two reviewers differ: a third one decides."),
      ),
    );
  }
  const own = alert.clock?.own_verdict;
  if (own && life?.state === "in_review") lines.push(make("p", { id: "own" }, say("您的结论：", "Your verdict: "), make("strong", {}, STATE_NAMES[own.state]()), own.reason && `（${own.reason}）`));
  const told = life?.verdicts || [];
  if (told.length > 1) lines.push(make("ul", { class: "plain", id: "verdicts" }, told.map((one) => make("li", { class: "soft" }, say(`第 ${one.round} 轮 · `, `Round ${one.round} · `), STATE_NAMES[one.state](), ` · ${clockTime(one.at)}`, one.reason && ` · ${one.reason}`))));
  return lines;
}

function clocks(alert) {
  const dues = alert.clock?.dues || [];
  if (dues.length === 0) return [];
  const line = (due) =>
    make(
      "li",
      {},
      make("span", { class: due.overdue ? "badge offline" : "badge" }, due.overdue ? say("已超时", "Overdue") : say("期限", "Due")),
      ` ${DUTY_OWED[due.duty]()} · `,
      due.due_at ? clockTime(due.due_at) : say("计时暂停", "clock paused"),
      make("span", { class: "soft small" }, say(` · 超时提醒${TOLD_NAMES[due.tell]()}`, ` · then ${TOLD_NAMES[due.tell]()} is told`)),
    );
  return [make("ul", { class: "plain", id: "clocks" }, dues.map(line))];
}

function followUp(frame, alert) {
  const life = alert.life;
  if (!life) return [];
  const parts = [];
  if (life.dispute) {
    const { dispute } = life;
    parts.push(make("p", { id: "dispute" }, make("strong", {}, say("企业异议", "Dispute")), `：${dispute.reason}`, dispute.outcome && say(`（复核结论：${STATE_NAMES[dispute.outcome]()}）`, ` (decided: ${STATE_NAMES[dispute.outcome]()})`)));
  }
  const files = new Map(life.files.map((file) => [file.evidence_id, file]));
  for (const one of life.rectifications) {
    const outcome = one.accepted === null ? say("待核实", "to be verified") : one.accepted ? say("已核实", "verified") : say("已退回", "sent back");
    parts.push(
      make(
        "div",
        { class: "rectification" },
        make("p", {}, make("strong", {}, say("整改说明", "Rectification")), `：${one.note} `, make("span", { class: "badge" }, outcome), one.judged_note && ` ${one.judged_note}`),
        make(
          "p",
          { class: "row" },
          one.files.map((id, index) =>
            frame.may("see_unmasked")
              ? make("a", { href: files.get(id)?.path, target: "_blank", rel: "noopener" }, say(`附件 ${index + 1}`, `File ${index + 1}`))
              : make("span", { class: "soft" }, say(`附件 ${index + 1}（无权查看）`, `File ${index + 1} (your account may not see it)`)),
          ),
        ),
      ),
    );
  }
  return parts;
}
